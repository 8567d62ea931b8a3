package kant.cli.host;

/** Something the person at the terminal can act on: one sentence that says what, why and the way out. */
public final class CliException extends Exception {
    private static final long serialVersionUID = 1L;

    public CliException(String sentence) {
        super(sentence);
    }

    public CliException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
