package kant.routing;

/** A compiled expression; holds no state, so any thread may run it. */
@FunctionalInterface
interface Code {
    Value evaluate(Evaluation evaluation);
}
