"""Server models under load: the same small application, served by what people deploy."""
