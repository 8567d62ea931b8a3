package kant.edgeagent.method;

import java.io.IOException;
import kant.edgeagent.upload.BlobContainer;
import kant.model.error.RefusedException;

/** Opens the container behind a SAS URL. */
public interface Containers {

    /**
     * Opens one.
     *
     * @throws RefusedException where the URL is none
     * @throws IOException where the agent's own certificates are not to be had
     */
    BlobContainer of(String sasUrl) throws RefusedException, IOException;
}
