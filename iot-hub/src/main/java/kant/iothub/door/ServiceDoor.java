package kant.iothub.door;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import kant.iothub.c2d.CloudListener;
import kant.iothub.c2d.CloudMessages;
import kant.iothub.c2d.Feedback;
import kant.iothub.error.HubRefusedException;
import kant.iothub.policy.Policies;
import kant.iothub.policy.Right;
import kant.model.auth.SasToken;
import kant.protocol.port.ServiceLink;
import kant.protocol.port.ServicePort;
import kant.protocol.port.ServiceSession;
import kant.world.Tasks;

/** Lets service applications in that send to devices and read feedback; their policy needs the right to connect. */
public final class ServiceDoor implements ServicePort, CloudListener {
    /** What a token must be for: a part of the hub that the addresses of both are in. */
    private static final String RESOURCE = "/messages";

    private final Policies policies;
    private final CloudMessages messages;
    private final Feedback feedback;
    private final Tasks tasks;

    /** As many as there are connections. */
    private final Set<ServiceConnection> open = ConcurrentHashMap.newKeySet();

    public ServiceDoor(Policies policies, CloudMessages messages, Feedback feedback, Tasks tasks) {
        this.policies = policies;
        this.messages = messages;
        this.feedback = feedback;
        this.tasks = tasks;
    }

    @Override
    public CompletionStage<ServiceSession> open(SasToken token, ServiceLink link) {
        try {
            policies.check(token, RESOURCE, Right.SERVICE_CONNECT);
        } catch (HubRefusedException e) {
            return CompletableFuture.failedStage(e.refused());
        }
        var connection = new ServiceConnection(link, messages, feedback, tasks, this);
        open.add(connection);
        return CompletableFuture.completedStage(connection);
    }

    void closed(ServiceConnection connection) {
        open.remove(connection);
    }

    @Override
    public void feedback() {
        open.forEach(ServiceConnection::wake);
    }
}
