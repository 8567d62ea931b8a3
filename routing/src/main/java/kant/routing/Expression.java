package kant.routing;

import java.util.List;

/** A condition as a tree; {@code at} is the token that an error points to. */
sealed interface Expression {

    record Literal(Type type, Value value) implements Expression {}

    /** An application property. */
    record Property(Token at, String name) implements Expression {}

    /**
     * {@code $name}, or with braces.
     *
     * @param name without {@code $}
     * @param shadowed whether an application property called {@code $name} wins: not in braces
     */
    record SystemProperty(Token at, String name, boolean shadowed) implements Expression {}

    /**
     * {@code $body.path}, or with braces.
     *
     * @param path without {@code $body.}, as written
     * @param shadowed whether an application property called {@code $body.path} wins: not in braces
     */
    record Body(Token at, String path, boolean shadowed) implements Expression {}

    /**
     * {@code $twin.path}, or with braces.
     *
     * @param path without {@code $twin.}, as written; empty for {@code $twin} alone
     * @param shadowed whether an application property called {@code $twin.path} wins: not in braces
     */
    record Twin(Token at, String path, boolean shadowed) implements Expression {}

    record Call(Token at, List<Expression> arguments) implements Expression {}

    record Negate(Token at, Expression operand) implements Expression {}

    record Not(Token at, Expression operand) implements Expression {}

    /** {@code first op right op right …}, operators of one level, grouped to the left; flat, so that long ones cost no stack. */
    record Chain(Expression first, List<Link> links) implements Expression {}

    record Link(Token at, Operator operator, Expression right) {}
}
