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

    /** With the registry and folder that Docker leaves out: {@code busybox} is {@code docker.io/library/busybox:latest}. */
    String full() {
        int slash = name.indexOf('/');
        String first = slash < 0 ? "" : name.substring(0, slash);
        boolean hasRegistry = first.contains(".") || first.contains(":") || first.equals("localhost");
        String path = hasRegistry ? name : "docker.io/" + name;
        boolean needsFolder = path.startsWith("docker.io/") && path.indexOf('/') == path.lastIndexOf('/');
        return (needsFolder ? path.replace("docker.io/", "docker.io/library/") : path) + ":" + version;
    }
}
