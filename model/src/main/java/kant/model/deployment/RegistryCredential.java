package kant.model.deployment;

/**
 * What a registry asks for. Its text form hides the password.
 *
 * @param address the registry's host as it stands before the first slash of an image, port included
 */
public record RegistryCredential(String address, String username, String password) {

    @Override
    public String toString() {
        return "RegistryCredential[address=" + address + ", username=" + username + ", password=<redacted>]";
    }
}
