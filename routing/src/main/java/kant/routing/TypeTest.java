package kant.routing;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The functions that take one argument of any type and ask what it is; the answer depends on its static type, too. */
enum TypeTest {
    IS_BOOL {
        @Override
        Value test(Type type, Value value) {
            if (type != Type.BOOL && type != Type.JSON) {
                return Value.Bool.FALSE;
            }
            return value == Value.UNDEFINED ? value : Value.of(value instanceof Value.Bool);
        }
    },
    IS_NUMBER {
        @Override
        Value test(Type type, Value value) {
            return Value.of(value instanceof Value.Number(double n) && !Double.isInfinite(n));
        }
    },
    IS_STRING {
        @Override
        Value test(Type type, Value value) {
            return Value.of(value instanceof Value.Text);
        }
    },
    IS_DEFINED {
        @Override
        Value test(Type type, Value value) {
            return Value.of(value != Value.UNDEFINED);
        }
    },
    /** For a body we say what it is; the original is true for every defined value and false for a missing path. */
    IS_NULL {
        @Override
        Value test(Type type, Value value) {
            return Value.of(value == Value.NULL);
        }
    };

    abstract Value test(Type type, Value value);

    /** The test of this name, which ignores case; null where there is none. */
    static @Nullable TypeTest named(String name) {
        for (TypeTest test : values()) {
            if (test.name().toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT))) {
                return test;
            }
        }
        return null;
    }
}
