package kant.conformance.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipInputStream;
import kant.conformance.Loop;
import kant.conformance.Waits;
import kant.conformance.harness.HubService;
import kant.conformance.harness.KantCommand;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real registry with passwords, {@code kant login}, and where secrets are not: agent and hub log at debug level here. */
class SecretsTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static final Secret MANIFEST = new Secret("the manifest's password", "Manifest/Pass+4711-of-the-plant");
    private static final Secret LOGIN = new Secret("the password of kant login", "Login/Pass+0815-of-the-team");
    private static final Secret WRONG = new Secret("a wrong password", "Wrong/Pass+1234-of-nobody");
    private static final Secret VARIABLE = new Secret("a module's variable", "Variable/Value+of-a-module-4242");
    private static final Secret OPTION = new Secret("a variable in createOptions", "Option/Value+of-a-module-4243");

    @TempDir
    static Path folder;

    private static Registry registry;
    private static DockerDevice device;
    private static int deployments;

    @BeforeAll
    static void start() throws Exception {
        registry = Registry.withPasswords(folder, Map.of("plant", MANIFEST.text(), "team", LOGIN.text()));
        device = DockerDevice.shared();
    }

    @AfterAll
    static void stop() throws Exception {
        device.deployed(another(DockerDevice.base()), 200);
        registry.close();
    }

    @Test
    void what_kant_login_keeps_brings_images_until_kant_logout() throws Exception {
        String image = published(registry.host() + "/team/logged-in:1");
        Deployment box = module(DockerDevice.base(), "box", image);
        assertRefused(box, image);

        KantCommand.Ended wrong = login(registry.host(), WRONG);
        assertThat(wrong.code()).isEqualTo(1);
        assertThat(wrong.output())
                .contains("not logged in to \"" + registry.host() + "\"")
                .containsIgnoringCase("unauthorized");
        assertThat(WRONG.in(wrong.output())).isFalse();

        assertThat(login(registry.host(), LOGIN).output()).contains("logged in to " + registry.host());
        device.deployed(another(box), 200);
        device.awaitModule("box", "running");

        assertThat(kant("logout", registry.host()).output()).contains("logged out of " + registry.host());
        device.deployed(another(DockerDevice.base()), 200);
        device.docker().run("rmi", image);
        assertRefused(box, image);
        KantCommand.Ended nothing = kant("logout", registry.host());
        assertThat(nothing.code()).isEqualTo(1);
        assertThat(nothing.output()).contains("there are no credentials for the registry");
    }

    private static void assertRefused(Deployment deployment, String image) throws Exception {
        String description = AgentDevice.description(device.deployed(another(deployment), 500));
        assertThat(description)
                .contains("prepare update for module box", image)
                .containsPattern("no basic auth credentials|authentication required");
    }

    @Test
    void no_secret_is_in_a_log_a_command_line_a_bundle_or_a_report() throws Exception {
        String host = registry.host();
        String other = host.replace("127.0.0.1", "localhost"); // another registry, for the engine and for us
        String byManifest = published(host + "/team/by-manifest:1");
        String byLogin = published(host + "/team/by-login:1").replace(host, other);
        Deployment good = module(module(DockerDevice.base(), "one", byManifest), "two", byLogin)
                .set("/modules/one/env", "{\"TOKEN\":{\"value\":\"" + VARIABLE.text() + "\"}}")
                .set("/modules/one/settings/createOptions", "\"{\\\"Env\\\":[\\\"KEY=" + OPTION.text() + "\\\"]}\"");
        Deployment broken =
                good.set("/modules/one/settings/createOptions", "\"{\\\"Env\\\":[\\\"KEY=" + OPTION.text() + "\\\"\"");
        var places = new LinkedHashMap<String, String>();
        try (var lines = new CommandLines()) {
            places.put("kant login", login(other, LOGIN).output());
            device.deployed(another(credentials(good, WRONG)), 500);
            places.put("the report of a refused pull", told());
            device.deployed(another(credentials(good, MANIFEST)), 200);
            device.awaitModule("one", "running");
            device.awaitModule("two", "running");
            places.put("the report", told());
            device.deploy(credentials(broken, MANIFEST));
            device.await("400", r -> AgentDevice.code(r) == 400);
            places.put("the report of a bad manifest", told());
            places.put("the bundle of kant support-bundle", bundle());
            places.put("the uploaded bundle", uploadedBundle(device.service(), device.id(), "one"));
            places.put("the command lines", lines.text());
        }
        places.put("the daemon's log", Files.readString(device.log().file()));
        places.put("the agent's log", device.edge().log("edgeAgent"));
        places.put("the hub's log", device.edge().log("edgeHub"));
        places.put("the stand-in's log", Loop.standIn().log());

        assertThat(places.get("the command lines")).contains("kant.edgedaemon.Main", "kant.cli.Main login");
        assertThat(places.get("the agent's log")).contains("DEBUG");
        places.forEach((place, text) -> assertThat(text).as(place).isNotEmpty());
        String desired = device.service().twin(device.id() + "/$edgeAgent").toString();
        assertThat(MANIFEST.in(desired)).as("that it would be found").isTrue();
        for (Secret secret : List.of(
                MANIFEST, LOGIN, WRONG, VARIABLE, OPTION, BlobStore.SIGNATURE, keyOf(device.service(), device.id()))) {
            places.forEach((place, text) ->
                    assertThat(secret.in(text)).as("%s in %s", secret, place).isFalse());
        }
    }

    @Test
    void nor_where_modules_are_processes() throws Exception {
        AgentDevice processes = AgentDevice.shared();
        Deployment secretive = credentials(Deployment.empty(), MANIFEST)
                .with("quiet")
                .set("/modules/quiet/env", "{\"TOKEN\":{\"value\":\"" + VARIABLE.text() + "\"}}");
        var places = new LinkedHashMap<String, String>();
        try (var lines = new CommandLines()) {
            processes.deployed(secretive, "quiet", "running");
            places.put("the uploaded bundle", uploadedBundle(processes.service, processes.id, "quiet"));
            places.put("the command lines", lines.text());
        }
        places.put("the report", withoutDeployed(processes.reported()));
        places.put("the daemon's log", Files.readString(processes.log()));
        places.put("the agent's log", processes.agentLog());

        assertThat(VARIABLE.in(processes.processes.only("quiet").environment().toString()))
                .isTrue();
        for (Secret secret : List.of(MANIFEST, VARIABLE, BlobStore.SIGNATURE, keyOf(processes.service, processes.id))) {
            places.forEach((place, text) ->
                    assertThat(secret.in(text)).as("%s in %s", secret, place).isFalse());
        }
        processes.deployed(Deployment.empty());
    }

    private static String told() throws Exception {
        return withoutDeployed(device.reported());
    }

    /** Without what is reported of each module because it is deployed: its variables and options. */
    private static String withoutDeployed(JsonNode reported) {
        reported.path("modules").forEach(module -> {
            ((ObjectNode) module).remove("env");
            ((ObjectNode) module.path("settings")).remove("createOptions");
        });
        return reported.toString();
    }

    private static Secret keyOf(HubService service, String id) throws Exception {
        String key = service.registered(id)
                .at("/authentication/symmetricKey/primaryKey")
                .asText();
        return new Secret("the device's key", key);
    }

    private static String bundle() throws Exception {
        Path file = folder.resolve("bundle.zip");
        assertThat(kant("support-bundle", "--output", file.toString()).code()).isZero();
        return unpacked(Files.readAllBytes(file), "one");
    }

    private static String uploadedBundle(HubService service, String id, String module) throws Exception {
        try (var store = new BlobStore()) {
            String request = "{\"schemaVersion\":\"1.0\",\"sasUrl\":\"" + store.url() + "\"}";
            JsonNode started = method(service, id, "UploadSupportBundle", request);
            String task = "{\"schemaVersion\":\"1.0\",\"correlationId\":\""
                    + started.path("correlationId").asText() + "\"}";
            Waits.until(
                    "the upload to be complete",
                    LIMIT,
                    () -> method(service, id, "GetTaskStatus", task)
                            .path("status")
                            .asText()
                            .equals("Completed"));
            return unpacked(store.blob(".zip"), module);
        }
    }

    private static JsonNode method(HubService service, String id, String name, String payload) throws Exception {
        return service.method(id + "/$edgeAgent", name, payload)
                .require(200)
                .json()
                .path("payload");
    }

    private static String unpacked(byte[] zip, String module) throws Exception {
        var all = new StringBuilder();
        try (var in = new ZipInputStream(new ByteArrayInputStream(zip))) {
            for (var entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                all.append(entry.getName()).append('\n');
                all.append(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        assertThat(all).contains("inspect/" + module + ".json", "logs/edgeAgent_log.txt");
        return all.toString();
    }

    private static String published(String image) throws Exception {
        registry.publish(device.docker(), image);
        return image;
    }

    private static Deployment module(Deployment deployment, String name, String image) {
        return deployment
                .set("/modules/" + name, "{\"type\":\"docker\",\"status\":\"running\"}")
                .set("/modules/" + name + "/settings/image", "\"" + image + "\"");
    }

    private static Deployment credentials(Deployment deployment, Secret password) {
        return deployment.set(
                "/runtime/settings/registryCredentials/plant", """
                {"address": "%s", "username": "plant", "password": "%s"}""".formatted(registry.host(), password.text()));
    }

    /** The same content again would be no new deployment. */
    private static Deployment another(Deployment deployment) {
        deployments++;
        return deployment.set("/note", Integer.toString(deployments));
    }

    private static KantCommand.Ended login(String host, Secret password) throws Exception {
        try (KantCommand login = KantCommand.start(
                Loop.standIn().directory(),
                "login",
                host,
                "--username",
                "team",
                "--password-stdin",
                "--data",
                device.edge().data().toString())) {
            login.writeLine(password.text());
            login.endInput();
            return login.await(LIMIT);
        }
    }

    private static KantCommand.Ended kant(String... command) throws Exception {
        var arguments = new ArrayList<>(List.of(command));
        arguments.addAll(List.of("--data", device.edge().data().toString()));
        return KantCommand.run(Loop.standIn().directory(), LIMIT, arguments.toArray(String[]::new));
    }
}
