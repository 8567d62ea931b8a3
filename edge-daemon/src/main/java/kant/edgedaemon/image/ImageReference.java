package kant.edgedaemon.image;

/**
 * An image's name taken apart: {@code [registry[:port]/]path[:tag][@digest]}.
 *
 * @param version the digest where there is one, otherwise the tag, {@code latest} by default
 */
public record ImageReference(String name, String version) {
    /** What a name without a registry means. */
    public static final String DEFAULT_REGISTRY = "docker.io";

    public static ImageReference parse(String image) {
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

    /** The host, with its port, that the image comes from. */
    public String registry() {
        int slash = name.indexOf('/');
        String first = slash < 0 ? "" : name.substring(0, slash);
        boolean isHost = first.contains(".") || first.contains(":") || first.equals("localhost");
        return isHost ? first : DEFAULT_REGISTRY;
    }

    /** With the registry and folder that Docker leaves out: {@code busybox} is {@code docker.io/library/busybox:latest}. */
    public String full() {
        String path =
                name.startsWith(registry() + "/") ? name.substring(registry().length() + 1) : name;
        boolean needsFolder = registry().equals(DEFAULT_REGISTRY) && !path.contains("/");
        return registry() + "/" + (needsFolder ? "library/" : "") + path + ":" + version;
    }
}
