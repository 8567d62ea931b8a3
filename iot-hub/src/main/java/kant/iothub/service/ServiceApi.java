package kant.iothub.service;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;
import kant.iothub.error.ErrorCode;
import kant.iothub.error.HubRefusedException;
import kant.iothub.policy.Right;
import kant.protocol.http.HttpAnswer;
import kant.protocol.http.HttpCall;
import kant.protocol.http.HttpHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All operations of the REST API: which there are, who may ask, and what becomes of a refusal or failure. */
public final class ServiceApi implements HttpHandler {
    static final String API_VERSION = "api-version";

    private static final Logger log = LoggerFactory.getLogger(ServiceApi.class);
    private static final String SCOPE = "/devices/{device}/modules/{module}";
    private static final Pattern KNOWN_VERSION = Pattern.compile("20\\d\\d-\\d\\d-\\d\\d(-preview)?");

    /** Calls answered at once; above it the hub says that it is busy, for a queue would only hide it. */
    private static final int MOST_CALLS = 256;

    private final List<Operation> operations;
    private final Answers answers;
    private final Semaphore calls = new Semaphore(MOST_CALLS);

    public ServiceApi(ServiceParts parts) {
        this.answers = new Answers(parts.time(), parts.randomness());
        this.operations = operations(parts);
    }

    @Override
    public HttpAnswer handle(HttpCall call) throws InterruptedException {
        try {
            if (!calls.tryAcquire()) {
                throw new HubRefusedException(
                        ErrorCode.UNAVAILABLE, "the hub is busy with " + MOST_CALLS + " calls; try again");
            }
            try {
                return answer(call);
            } finally {
                calls.release();
            }
        } catch (HubRefusedException e) {
            return answers.refused(e);
        } catch (IOException e) {
            log.atError()
                    .addKeyValue("call", call)
                    .addKeyValue("reason", e.getMessage())
                    .log("service call failed");
            return answers.refused(
                    new HubRefusedException(ErrorCode.UNAVAILABLE, "the hub cannot reach its data; its log says why"));
        } catch (RuntimeException e) {
            log.atError().addKeyValue("call", call).setCause(e).log("service call met a bug");
            return answers.refused(
                    new HubRefusedException(ErrorCode.SERVER_ERROR, "the hub met a bug; its log has the details"));
        }
    }

    private HttpAnswer answer(HttpCall http) throws IOException, HubRefusedException, InterruptedException {
        String method = method(http);
        for (Operation operation : operations) {
            Optional<Call> call = operation.match(method, http);
            if (call.isPresent()) {
                checkVersion(http);
                operation.access().check(call.get());
                return operation.action().answer(call.get());
            }
        }
        throw new HubRefusedException(
                ErrorCode.INVALID_OPERATION,
                method + " " + http.rawPath() + " is not offered by this IoT Hub stand-in");
    }

    /** Clients that cannot send PATCH say so in a header (service-protocols.md, trap 1). */
    private static String method(HttpCall http) {
        String override = http.header("x-http-method-override").orElse("");
        return http.method().equals("POST") && !override.isEmpty() ? override.toUpperCase(Locale.ROOT) : http.method();
    }

    /** Every version there ever was is taken; what has none is not an IoT Hub client. Our own paths need none. */
    private static void checkVersion(HttpCall http) throws HubRefusedException {
        String version = http.parameter(API_VERSION).orElse("");
        if (!KNOWN_VERSION.matcher(version).matches() && !http.path().getFirst().equals("kant")) {
            throw new HubRefusedException(
                    ErrorCode.INVALID_PROTOCOL_VERSION,
                    "the query parameter api-version is \"" + version + "\"; send for example api-version=2021-04-12");
        }
    }

    private static List<Operation> operations(ServiceParts parts) {
        var access = new ServiceAccess(parts.policies(), parts.authenticator());
        var views = new IdentityViews(parts.sessions(), parts.cloudMessages());
        var registry = new RegistryOperations(parts.registry(), parts.sessions(), views);
        var twins = new TwinOperations(parts.twins(), parts.deployer(), views);
        var methods = new MethodOperations(parts.methods());
        var queries = new QueryOperations(parts.database(), parts.search(), parts.twins(), views);
        var configurations = new ConfigurationOperations(parts.configurations(), parts.configurationMetrics());
        var scope = new ScopeOperations(parts.scope());
        var telemetry = new TelemetryOperations(parts.telemetry());
        var onBehalf = new OnBehalfOperations(parts.registry(), views);
        var cloud = new CloudOperations(parts.cloudMessages());
        var read = access.service(Right.REGISTRY_READ);
        var write = access.service(Right.REGISTRY_WRITE);
        var readOrDevice = access.deviceOr(Right.REGISTRY_READ);
        var writeOrDevice = access.deviceOr(Right.REGISTRY_WRITE);
        var service = access.service(Right.SERVICE_CONNECT);
        var caller = access.serviceNotModule();
        var edgeHub = access.edgeHub();
        return List.of(
                Operation.of("GET", "/devices", read, registry::listDevices),
                Operation.of("POST", "/devices/query", service, queries::query),
                Operation.of("GET", "/devices/{device}", read, registry::getDevice),
                Operation.of("PUT", "/devices/{device}", write, registry::putDevice),
                Operation.of("DELETE", "/devices/{device}", write, registry::deleteDevice),
                Operation.of("GET", "/devices/{device}/modules", readOrDevice, registry::listModules),
                Operation.of("GET", "/devices/{device}/modules/{module}", readOrDevice, registry::getModule),
                Operation.of("PUT", "/devices/{device}/modules/{module}", writeOrDevice, registry::putModule),
                Operation.of("DELETE", "/devices/{device}/modules/{module}", writeOrDevice, registry::deleteModule),
                Operation.of("POST", "/devices/{device}/applyConfigurationContent", write, twins::deploy),
                Operation.of("GET", "/configurations", read, configurations::list),
                Operation.of("POST", "/configurations/testQueries", read, configurations::testQueries),
                Operation.of("GET", "/configurations/{configuration}", read, configurations::get),
                Operation.of("PUT", "/configurations/{configuration}", write, configurations::put),
                Operation.of("DELETE", "/configurations/{configuration}", write, configurations::delete),
                Operation.of("GET", "/statistics/devices", read, registry::deviceStatistics),
                Operation.of("GET", "/statistics/service", read, registry::serviceStatistics),
                Operation.of("GET", "/twins/{device}", service, twins::get),
                Operation.of("PATCH", "/twins/{device}", service, twins::patch),
                Operation.of("PUT", "/twins/{device}", service, twins::replace),
                Operation.of("POST", "/twins/{device}/methods", caller, methods::invoke),
                Operation.of("GET", "/twins/{device}/modules/{module}", service, twins::get),
                Operation.of("PATCH", "/twins/{device}/modules/{module}", service, twins::patch),
                Operation.of("PUT", "/twins/{device}/modules/{module}", service, twins::replace),
                Operation.of("POST", "/twins/{device}/modules/{module}/methods", caller, methods::invoke),
                Operation.of("GET", SCOPE + "/devicesAndModulesInDeviceScope", edgeHub, scope::list),
                Operation.of("GET", SCOPE + "/deviceAndModuleInDeviceScope", edgeHub, scope::one),
                Operation.of("POST", SCOPE + "/devicesAndModulesInTargetDeviceScope", edgeHub, scope::listOnBehalf),
                Operation.of("POST", SCOPE + "/getDeviceAndModuleOnBehalfOf", edgeHub, scope::oneOnBehalf),
                Operation.of("PUT", SCOPE + "/putModuleOnBehalfOf", edgeHub, onBehalf::put),
                Operation.of("POST", SCOPE + "/getModuleOnBehalfOf", edgeHub, onBehalf::get),
                Operation.of("POST", SCOPE + "/getModulesOnTargetDevice", edgeHub, onBehalf::list),
                Operation.of("POST", SCOPE + "/deleteModuleOnBehalfOf", edgeHub, onBehalf::delete),
                Operation.of("DELETE", "/devices/{device}/commands", service, cloud::purge),
                Operation.of("DELETE", "/devices/{device}/modules/{module}/commands", service, cloud::purge),
                Operation.of("POST", "/kant/devices/{device}/messages", service, cloud::send),
                Operation.of("GET", "/kant/devices/{device}/messages", service, cloud::state),
                Operation.of("POST", "/kant/devices/{device}/modules/{module}/messages", service, cloud::send),
                Operation.of("GET", "/kant/devices/{device}/modules/{module}/messages", service, cloud::state),
                Operation.of("GET", "/kant/telemetry", service, telemetry::read));
    }
}
