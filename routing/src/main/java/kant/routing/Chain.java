package kant.routing;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The code of {@code first op right op right …}, operators of one level, grouped to the left. */
final class Chain {

    /**
     * One operator of a chain with its right side.
     *
     * @param left the type of all that stands before it
     * @param result the type of all up to here; {@link Type#UNDEFINED} after an error
     */
    record Step(Operator operator, Type left, Code right, Type rightType, Type result) {
        private boolean json() {
            return left == Type.JSON || rightType == Type.JSON;
        }

        private boolean both(Type type) {
            return left == type && rightType == type;
        }

        /** The left value that no right side can change, null where there is none. */
        private @Nullable Value settled() {
            if (json() || result != Type.BOOL) {
                return null;
            }
            return operator == Operator.AND ? Value.Bool.FALSE : operator == Operator.OR ? Value.Bool.TRUE : null;
        }
    }

    /** A step that works on values of any type. */
    private record AnyStep(
            Binary binary, Code right, @Nullable Value settled) {
        static AnyStep of(Step step) {
            return new AnyStep(Binary.of(step.operator(), step.json()), step.right(), step.settled());
        }

        /** Leaving a settled right side out cannot be seen from outside, and saves parsing bodies. */
        Value run(Value left, Evaluation evaluation) {
            return left == settled ? left : binary.apply(left, right.evaluate(evaluation));
        }
    }

    /** An {@code and} of several: true only where all of them are, so the first one that is not ends a route's question. */
    private record AllOf(Code first, List<AnyStep> steps) implements Code {
        @Override
        public Value evaluate(Evaluation evaluation) {
            return runAll(first, steps, evaluation);
        }

        @Override
        public boolean holds(Evaluation evaluation) {
            if (!first.holds(evaluation)) {
                return false;
            }
            for (AnyStep step : steps) {
                if (!step.right.holds(evaluation)) {
                    return false;
                }
            }
            return true;
        }
    }

    private Chain() {}

    static Code of(Code first, List<Step> steps) {
        if (steps.stream().allMatch(step -> step.operator().isArithmetic())) {
            return numbers(first, List.copyOf(steps));
        }
        List<AnyStep> any = steps.stream().map(AnyStep::of).toList();
        if (steps.getFirst().operator() == Operator.AND) {
            return new AllOf(first, any);
        }
        return steps.size() == 1 ? one(first, steps.getFirst()) : e -> runAll(first, any, e);
    }

    private static Code one(Code left, Step step) {
        Operator operator = step.operator();
        Code right = step.right();
        if (operator.isComparison() && step.both(Type.STRING)) {
            return texts(left, operator, right);
        }
        if (operator.isComparison() && step.both(Type.NUMBER)) {
            return e -> {
                double a = left.number(e);
                double b = right.number(e);
                return Double.isNaN(a) || Double.isNaN(b)
                        ? Value.UNDEFINED
                        : Value.of(operator.accepts(Binary.order(a, b)));
            };
        }
        AnyStep any = AnyStep.of(step);
        return e -> any.run(left.evaluate(e), e);
    }

    private static Code texts(Code left, Operator operator, Code right) {
        return e -> {
            String a = left.text(e);
            String b = a == null ? null : right.text(e);
            return a == null || b == null ? Value.UNDEFINED : Value.of(operator.accepts(a.compareTo(b)));
        };
    }

    /** Steps in a loop, so that a condition of a thousand terms needs no deeper stack than one of two. */
    private static Code numbers(Code first, List<Step> steps) {
        return (Code.OfNumber) e -> {
            double value = first.number(e);
            for (Step step : steps) {
                value = step.operator().calculate(value, step.right().number(e));
            }
            return value;
        };
    }

    private static Value runAll(Code first, List<AnyStep> steps, Evaluation evaluation) {
        Value value = first.evaluate(evaluation);
        for (AnyStep step : steps) {
            value = step.run(value, evaluation);
        }
        return value;
    }
}
