package kant.edgedaemon.engine.docker;

/**
 * An image's name taken apart: {@code [registry[:port]/]path[:tag][@digest]}.
 *
 * @param version the digest where there is one, otherwise the tag, {@code latest} by default
 */
record ImageReference(String name, String version) {

    static ImageReference parse(String image) {
        int at = image.indexOf('@');
        String tagged = at < 0 ? image : image.substring(0, at);
        int colon = tagged.lastIndexOf(':');
        boolean hasTag = colon > tagged.lastIndexOf('/');
        String name = hasTag ? tagged.substring(0, colon) : tagged;
        if (at >= 0) {
            return new ImageReference(name, image.substring(at + 1));
        }
        return new ImageReference(name, hasTag ? tagged.substring(colon + 1) : "latest");
    }
}
