package kant.edgehub.outbox;

import kant.model.identity.IdentityId;

/** An endpoint's name {@code <device>/<module>/<input>}, taken apart. */
record InputName(IdentityId module, String input) {

    static InputName parse(String endpoint) {
        String[] parts = endpoint.split("/", 3);
        if (parts.length != 3) {
            throw new IllegalArgumentException("endpoint \"" + endpoint + "\" is not device/module/input");
        }
        return new InputName(IdentityId.module(parts[0], parts[1]), parts[2]);
    }
}
