package kant.routing;

import java.util.List;

/** Carries the mistakes of a text out of the parser or the compiler; has no stack trace, for it is not a bug. */
final class CompileException extends Exception {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // never serialised
    private final List<CompileError> errors;

    CompileException(List<CompileError> errors) {
        super(errors.toString(), null, false, false);
        this.errors = List.copyOf(errors);
    }

    /** A syntax error: the first one ends the parsing. */
    static CompileException syntax(Token at, String hint) {
        return new CompileException(List.of(CompileError.at(at, "Syntax error.", hint)));
    }

    /** A syntax error that has words of its own. */
    static CompileException syntaxOf(Token at, String what) {
        return new CompileException(List.of(CompileError.at(at, "Syntax error: " + what, "")));
    }

    List<CompileError> errors() {
        return errors;
    }
}
