package kant.bench.load;

/** What a client shows in CONNECT; its text form hides the password. */
public record Login(String clientId, String user, String password) {
    @Override
    public String toString() {
        return "Login[" + clientId + "]";
    }
}
