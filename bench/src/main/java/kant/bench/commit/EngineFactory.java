package kant.bench.commit;

import java.io.IOException;
import java.nio.file.Path;

/** Opens engines of one kind; peers that are not always there are found as services. */
public interface EngineFactory {

    String name();

    /** Opens a new one. */
    Engine open(Path emptyFolder) throws IOException;
}
