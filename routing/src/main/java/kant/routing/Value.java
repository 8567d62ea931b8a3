package kant.routing;

/** A value at run time. */
sealed interface Value {
    Value NULL = Nothing.NULL;
    Value UNDEFINED = Nothing.UNDEFINED;

    record Text(String text) implements Value {}

    /** Never NaN: that is {@link #UNDEFINED}. Infinities are numbers. */
    record Number(double number) implements Value {
        public Number {
            if (Double.isNaN(number)) {
                throw new AssertionError("NaN is undefined, not a number");
            }
        }
    }

    enum Bool implements Value {
        FALSE,
        TRUE
    }

    enum Nothing implements Value {
        NULL,
        UNDEFINED
    }

    static Value of(double number) {
        return Double.isNaN(number) ? UNDEFINED : new Number(number);
    }

    static Value of(boolean bool) {
        return bool ? Bool.TRUE : Bool.FALSE;
    }

    static Value of(String text) {
        return new Text(text);
    }
}
