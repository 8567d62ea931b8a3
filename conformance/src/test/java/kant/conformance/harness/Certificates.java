package kant.conformance.harness;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** Throwaway P-256 certificates, made by {@code openssl}: another program's certificates than those that Kant makes. */
public final class Certificates {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final char[] PASSWORD = "throwaway".toCharArray();

    private Certificates() {}

    /** A certificate and its key, as PEM files. */
    public record Identity(Path certificateFile, Path keyFile) {
        /** SHA-256 over the certificate, as the registry wants it. */
        public String thumbprint() throws Exception {
            try (InputStream in = Files.newInputStream(certificateFile)) {
                byte[] encoded = CertificateFactory.getInstance("X.509")
                        .generateCertificate(in)
                        .getEncoded();
                return HexFormat.of()
                        .withUpperCase()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(encoded));
            }
        }

        /** TLS that shows this certificate and trusts a server of this authority. */
        public SSLContext tls(Path folder, String caPem) throws Exception {
            Path store = folder.resolve(certificateFile.getFileName() + ".p12");
            openssl(
                    folder,
                    List.of(
                            "pkcs12",
                            "-export",
                            "-in",
                            certificateFile.toString(),
                            "-inkey",
                            keyFile.toString(),
                            "-out",
                            store.toString(),
                            "-passout",
                            "pass:" + new String(PASSWORD)));
            KeyStore keys = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(store)) {
                keys.load(in, PASSWORD);
            }
            var keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keyManagers.init(keys, PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keyManagers.getKeyManagers(), trust(caPem), null);
            return context;
        }
    }

    /** @param alternativeNames as openssl writes them, empty for none */
    public static Identity selfSigned(Path folder, String commonName, String alternativeNames) throws Exception {
        return make(folder, commonName, alternativeNames, null);
    }

    public static Identity issued(Path folder, String commonName, Identity authority) throws Exception {
        return make(folder, commonName, "", authority);
    }

    private static Identity make(Path folder, String commonName, String alternativeNames, Identity authority)
            throws Exception {
        String file = commonName.replaceAll("[^A-Za-z0-9.-]", "_") + (authority == null ? "" : "-issued");
        var identity = new Identity(folder.resolve(file + ".pem"), folder.resolve(file + ".key"));
        List<String> arguments = new ArrayList<>(List.of(
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=" + commonName,
                "-keyout",
                identity.keyFile().toString(),
                "-out",
                identity.certificateFile().toString()));
        if (!alternativeNames.isEmpty()) {
            arguments.addAll(List.of("-addext", "subjectAltName=" + alternativeNames));
        }
        if (authority != null) {
            arguments.addAll(List.of(
                    "-CA",
                    authority.certificateFile().toString(),
                    "-CAkey",
                    authority.keyFile().toString(),
                    "-addext",
                    "basicConstraints=critical,CA:FALSE"));
        }
        openssl(folder, arguments);
        return identity;
    }

    private static TrustManager[] trust(String caPem) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int n = 0;
        for (var certificate : CertificateFactory.getInstance("X.509")
                .generateCertificates(new java.io.ByteArrayInputStream(caPem.getBytes()))) {
            store.setCertificateEntry("ca" + n++, certificate);
        }
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        return trust.getTrustManagers();
    }

    private static void openssl(Path folder, List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(arguments);
        try (KantCommand openssl = KantCommand.program(folder, Map.of(), command)) {
            KantCommand.Ended ended = openssl.await(LIMIT);
            if (ended.code() != 0) {
                throw new IOException("openssl " + arguments.getFirst() + " failed: " + ended.output());
            }
        }
    }
}
