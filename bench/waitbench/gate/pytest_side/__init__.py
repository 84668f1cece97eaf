"""A project's own pytest session as a worker of a race: it runs in the project's interpreter.

Nothing here imports anything but Python's own modules, that project's pytest and its neighbours, by
whatever name the folder is reached: a gate links it as `waitbench_pytest` into a folder that holds
nothing else, so that no name of the project can meet one of ours.
"""
