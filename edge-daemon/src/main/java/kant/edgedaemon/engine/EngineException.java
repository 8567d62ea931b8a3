package kant.edgedaemon.engine;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The engine did not do what it was asked; carries the HTTP status that the caller of our API shall see. */
public final class EngineException extends IOException {
    private static final long serialVersionUID = 1L;
    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;
    private static final int INTERNAL = 500;

    private final int status;

    public EngineException(int status, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    /** There is no such module. */
    public static EngineException noModule(String module) {
        return new EngineException(NOT_FOUND, "no such module: \"" + module + "\"", null);
    }

    /** There is no such image. */
    public static EngineException noImage(String message) {
        return new EngineException(NOT_FOUND, message, null);
    }

    /** The spec asks for what this engine cannot do. */
    public static EngineException badSpec(String message) {
        return new EngineException(BAD_REQUEST, message, null);
    }

    /** The name is taken. */
    public static EngineException exists(String module) {
        return new EngineException(CONFLICT, "module \"" + module + "\" exists; remove it first", null);
    }

    /** The world did not co-operate. */
    public static EngineException failed(String message, Throwable cause) {
        return new EngineException(INTERNAL, message, cause);
    }

    public int status() {
        return status;
    }

    public boolean isNotFound() {
        return status == NOT_FOUND;
    }
}
