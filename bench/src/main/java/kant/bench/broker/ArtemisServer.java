package kant.bench.broker;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;

/** The program: Artemis embedded, MQTT over TLS, its defaults but for the NIO journal; says so when it serves. */
public final class ArtemisServer {
    static final String READY = "artemis serves";

    private ArtemisServer() {}

    /** Arguments: folder for its data, address, port, key store. */
    public static void main(String[] args) throws Exception {
        Path data = Path.of(args[0]);
        var configuration = new ConfigurationImpl()
                .setPersistenceEnabled(true)
                .setJournalType(JournalType.NIO)
                .setJournalDirectory(data.resolve("journal").toString())
                .setBindingsDirectory(data.resolve("bindings").toString())
                .setLargeMessagesDirectory(data.resolve("large").toString())
                .setPagingDirectory(data.resolve("paging").toString())
                .setSecurityEnabled(false)
                .addAcceptorConfiguration(
                        "mqtt",
                        "tcp://" + args[1] + ":" + args[2] + "?protocols=MQTT;tcpNoDelay=true;sslEnabled=true"
                                + ";keyStoreType=PKCS12;keyStorePath=" + args[3] + ";keyStorePassword="
                                + Artemis.PASSWORD);
        var server = new EmbeddedActiveMQ().setConfiguration(configuration);
        server.start();
        System.out.println(READY);
        var end = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(end::countDown));
        end.await();
        server.stop();
    }
}
