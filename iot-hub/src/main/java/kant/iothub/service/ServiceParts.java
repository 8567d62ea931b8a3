package kant.iothub.service;

import kant.iothub.auth.Authenticator;
import kant.iothub.c2d.CloudMessages;
import kant.iothub.deploy.ConfigurationMetrics;
import kant.iothub.deploy.Configurations;
import kant.iothub.deploy.Deployer;
import kant.iothub.method.MethodCaller;
import kant.iothub.policy.Policies;
import kant.iothub.registry.Registry;
import kant.iothub.registry.Scope;
import kant.iothub.session.Sessions;
import kant.iothub.sql.Database;
import kant.iothub.telemetry.TelemetryLog;
import kant.iothub.twin.TwinSearch;
import kant.iothub.twin.Twins;
import kant.world.Randomness;
import kant.world.Time;

/** What the REST API is made of. */
public record ServiceParts(
        Database database,
        Policies policies,
        Authenticator authenticator,
        Registry registry,
        Scope scope,
        Twins twins,
        TwinSearch search,
        Deployer deployer,
        Configurations configurations,
        ConfigurationMetrics configurationMetrics,
        MethodCaller methods,
        TelemetryLog telemetry,
        CloudMessages cloudMessages,
        Sessions sessions,
        Time time,
        Randomness randomness) {}
