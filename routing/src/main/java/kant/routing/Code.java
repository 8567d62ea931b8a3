package kant.routing;

import org.jspecify.annotations.Nullable;

/**
 * A compiled expression; holds no state, so any thread may run it. Where the static type is known to be a number or a text, the
 * plain Java value is asked for and no {@link Value} is made.
 */
@FunctionalInterface
interface Code {
    Value evaluate(Evaluation evaluation);

    /** Not a number where the value is none, undefined included. */
    default double number(Evaluation evaluation) {
        return evaluate(evaluation) instanceof Value.Number(double n) ? n : Double.NaN;
    }

    /** Null where the value is no text, undefined included. */
    default @Nullable String text(Evaluation evaluation) {
        return evaluate(evaluation) instanceof Value.Text(String text) ? text : null;
    }

    /** Whether the value is true; may look at less than {@link #evaluate}. */
    default boolean holds(Evaluation evaluation) {
        return evaluate(evaluation) == Value.Bool.TRUE;
    }

    /** Of type {@link Type#NUMBER}. */
    interface OfNumber extends Code {
        @Override
        double number(Evaluation evaluation);

        @Override
        default Value evaluate(Evaluation evaluation) {
            return Value.of(number(evaluation));
        }
    }

    /** Of type {@link Type#STRING}. */
    interface OfText extends Code {
        @Override
        @Nullable
        String text(Evaluation evaluation);

        @Override
        default Value evaluate(Evaluation evaluation) {
            String text = text(evaluation);
            return text == null ? Value.UNDEFINED : Value.of(text);
        }
    }

    /** The same for every message. */
    record Constant(Value value) implements Code {
        @Override
        public Value evaluate(Evaluation evaluation) {
            return value;
        }
    }
}
