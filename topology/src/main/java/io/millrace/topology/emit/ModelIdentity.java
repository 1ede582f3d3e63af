package io.millrace.topology.emit;

import org.jspecify.annotations.Nullable;

/**
 * Which model made a score, and where it ran.
 *
 * @param name as configured
 * @param version as configured, if it was
 * @param sha256 of the model file; empty where only a server has it
 * @param provider ONNX Runtime's execution provider
 */
public record ModelIdentity(String name, @Nullable String version, String sha256, String provider) {

    /** The same model on another provider. */
    ModelIdentity ranOn(String other) {
        return new ModelIdentity(name, version, sha256, other);
    }

    /** As JSON members, with a leading comma: they are the same for every record of a pipeline. */
    byte[] asMembers() {
        return json().raw(",\"provider\":").string(provider).toArray();
    }

    /** The members that an alert tells: all but the provider. */
    byte[] asAlertMembers() {
        return json().toArray();
    }

    private JsonBytes json() {
        JsonBytes json = new JsonBytes().raw(",\"model\":").string(name);
        if (version != null) {
            json.raw(",\"version\":").string(version);
        }
        return sha256.isEmpty() ? json : json.raw(",\"sha256\":").string(sha256);
    }
}
