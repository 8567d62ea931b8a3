package kant.store.segment;

import java.io.IOException;

/** The files were written by a newer program; nothing has been changed in them. */
public final class NewerFormatException extends IOException {
    private static final long serialVersionUID = 1;

    /**
     * @param file what was met
     * @param version of its format
     * @param readable the newest version that this program reads
     * @param name with which all files of the log begin
     */
    public NewerFormatException(String file, int version, int readable, String name) {
        super("\"" + file + "\" has format version " + version + ", and this program reads versions up to " + readable
                + "; nothing was changed. Start the newer version of Kant that wrote it. To go on with this one without what"
                + " is in these files, move all files whose names begin with \"" + name + "\" to another folder");
    }
}
