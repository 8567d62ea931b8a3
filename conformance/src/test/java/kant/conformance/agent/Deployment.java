package kant.conformance.agent;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The desired properties of {@code $edgeAgent}, good unless a suite spoils a part. Changed copies, never itself. */
record Deployment(ObjectNode desired) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What shells run as modules in. */
    static final String SHELL = "kant-test/sh:1";

    /** The system modules and nothing else. */
    static Deployment empty() {
        return new Deployment(object("""
                {"schemaVersion": "1.1",
                 "runtime": {"type": "docker", "settings": {}},
                 "systemModules": {
                   "edgeAgent": {"type": "docker", "settings": {"image": "kant/edge-agent:0.1.0", "createOptions": "{}"}},
                   "edgeHub": {"type": "docker", "status": "running", "restartPolicy": "always",
                     "settings": {"image": "kant/edge-hub:0.1.0", "createOptions": "{}"}}},
                 "modules": {}}
                """));
    }

    /** With a module that runs a shell script. */
    Deployment with(String module, String script) {
        String options = "{\"Cmd\":[" + JSON.getNodeFactory().textNode(script) + "]}";
        ObjectNode fresh = object("""
                {"type": "docker", "status": "running", "restartPolicy": "always", "settings": {"image": "%s"}}
                """.formatted(SHELL));
        fresh.withObject("settings").put("createOptions", options);
        return set("/modules/" + module, fresh);
    }

    /** With a module that runs until it is stopped. */
    Deployment with(String module) {
        return with(module, "exec sleep 100000");
    }

    /** With the JSON text at a place; objects on the way are made. */
    Deployment set(String pointer, String json) {
        return set(pointer, parse(json));
    }

    private Deployment set(String pointer, JsonNode value) {
        ObjectNode copy = desired.deepCopy();
        JsonPointer at = JsonPointer.compile(pointer);
        copy.withObject(at.head()).set(at.last().getMatchingProperty(), value);
        return new Deployment(copy);
    }

    /** Without what is at a place. */
    Deployment without(String pointer) {
        ObjectNode copy = desired.deepCopy();
        JsonPointer at = JsonPointer.compile(pointer);
        ((ObjectNode) copy.at(at.head())).remove(at.last().getMatchingProperty());
        return new Deployment(copy);
    }

    /** As it is applied to a device. */
    String content() {
        ObjectNode content = JSON.createObjectNode();
        ObjectNode modules = content.putObject("modulesContent");
        modules.putObject("$edgeAgent").set("properties.desired", desired);
        modules.putObject("$edgeHub").set("properties.desired", parse("""
                {"schemaVersion": "1.1", "routes": {"up": "FROM /messages/* INTO $upstream"},
                 "storeAndForwardConfiguration": {"timeToLiveSecs": 7200}}
                """));
        return content.toString();
    }

    static ObjectNode object(String json) {
        return (ObjectNode) parse(json);
    }

    static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
