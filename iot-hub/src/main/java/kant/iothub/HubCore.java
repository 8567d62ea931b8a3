package kant.iothub;

import java.io.IOException;
import kant.iothub.auth.Authenticator;
import kant.iothub.auth.DeviceAuthorities;
import kant.iothub.c2d.CloudMessages;
import kant.iothub.c2d.Feedback;
import kant.iothub.c2d.Housekeeping;
import kant.iothub.deploy.ConfigurationMetrics;
import kant.iothub.deploy.Configurations;
import kant.iothub.deploy.Deployer;
import kant.iothub.deploy.Rollout;
import kant.iothub.door.DeviceDoor;
import kant.iothub.door.ServiceDoor;
import kant.iothub.error.HubRefusedException;
import kant.iothub.method.MethodCaller;
import kant.iothub.policy.Policies;
import kant.iothub.registry.EvaluationQueue;
import kant.iothub.registry.IdentityMaker;
import kant.iothub.registry.Registry;
import kant.iothub.registry.Scope;
import kant.iothub.service.HubApi;
import kant.iothub.service.ServiceApi;
import kant.iothub.service.ServiceParts;
import kant.iothub.session.SessionParts;
import kant.iothub.session.Sessions;
import kant.iothub.sql.Database;
import kant.iothub.telemetry.TelemetryLog;
import kant.iothub.twin.TwinSearch;
import kant.iothub.twin.Twins;
import kant.world.FileDisk;
import kant.world.Randomness;
import kant.world.Tasks;
import kant.world.Time;

/**
 * Everything behind the servers, wired from the disk up.
 *
 * @param devices the door of devices and modules
 * @param services the door of service applications over AMQP
 * @param api everything that is asked over HTTPS
 */
record HubCore(DeviceDoor devices, ServiceDoor services, HubApi api, Policies policies, Tasks tasks) {

    /** Opens what is on disk; what is to be closed again goes to {@code opened}, in the order of opening. */
    static HubCore open(HubConfig config, DataDirectory directory, Time time, Randomness randomness, OpenParts opened)
            throws IOException, HubRefusedException {
        var database = opened.add(Database.open(directory.file("hub.db")));
        var telemetry = opened.add(
                TelemetryLog.open(new FileDisk(directory.path().resolve("telemetry")), config.telemetryBytes(), time));
        var tasks = opened.add(Tasks.virtual("iot-hub"));
        var policies = Policies.open(database, config.name(), time, randomness);
        var sessions = new Sessions(time);
        var evaluations = new EvaluationQueue();
        var registry = new Registry(
                database, new IdentityMaker(time, randomness), sessions, evaluations, config.modulesPerDevice());
        var twins = new Twins(database, time, sessions, evaluations);
        var search = new TwinSearch(database, sessions);
        var deployer = new Deployer(database, registry, twins, evaluations);
        var authenticator = new Authenticator(
                registry, policies, new DeviceAuthorities(config.deviceAuthorities()), config.name(), time);
        var methods = new MethodCaller(database, sessions);
        var messages = CloudMessages.open(database, time, randomness);
        var services = new ServiceDoor(policies, messages, new Feedback(database, time), tasks);
        var housekeeping = opened.add(new Housekeeping(messages, tasks, time));
        messages.listen(sessions);
        messages.listen(services);
        messages.listen(housekeeping);
        housekeeping.due(time.now());
        opened.add(new Rollout(database, twins, search, deployer, tasks, time)).start(evaluations);
        var devices = new DeviceDoor(
                new SessionParts(authenticator, sessions, twins, telemetry, messages, tasks, time), methods);
        var api = new ServiceApi(new ServiceParts(
                database,
                policies,
                authenticator,
                registry,
                new Scope(database),
                twins,
                search,
                deployer,
                new Configurations(database, evaluations, time),
                new ConfigurationMetrics(database, search),
                methods,
                telemetry,
                messages,
                sessions,
                time,
                randomness));
        return new HubCore(devices, services, new HubApi(devices, api, time, randomness), policies, tasks);
    }
}
