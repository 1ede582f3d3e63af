package io.millrace.loadtest.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes a {@code pipeline.yaml} for a job. */
final class PipelineFile {

    private PipelineFile() {}

    static Path write(Job job) throws IOException {
        Path model = job.model().extract(job.folder());
        return Files.writeString(job.folder().resolve("pipeline.yaml"), yaml(job, model));
    }

    static String yaml(Job job, Path model) {
        StringBuilder yaml = new StringBuilder();
        yaml.append("pipeline: ").append(job.id()).append('\n');
        yaml.append("source: {topic: ").append(job.source()).append(", format: json, device: ");
        yaml.append(job.hub().map(PipelineFile::connector).orElse("key")).append(", time: /ts}\n");
        yaml.append("model:\n");
        yaml.append("  name: ").append(job.model().label()).append('\n');
        yaml.append("  uri: ").append(quoted("file:" + model)).append('\n');
        yaml.append("  sha256: ").append(job.model().sha256()).append('\n');
        yaml.append("  device: cpu\n");
        yaml.append("  ").append(job.model().inputs()).append('\n');
        if (!job.alert().isEmpty()) {
            yaml.append("alerts: [{name: loadtest, when: ")
                    .append(quoted(job.alert()))
                    .append("}]\n");
        }
        yaml.append("topics: {predictions: ").append(job.predictions());
        yaml.append(", alerts: ").append(job.alerts());
        yaml.append(", dead-letters: ").append(job.deadLetters()).append("}\n");
        yaml.append("guarantee: ")
                .append(job.exactlyOnce() ? "exactly_once" : "at_least_once")
                .append('\n');
        yaml.append("state: {dir: ")
                .append(quoted(job.folder().resolve("state").toString()))
                .append("}\n");
        yaml.append("kafka:\n");
        kafka(job).forEach((key, value) -> yaml.append("  ")
                .append(key)
                .append(": ")
                .append(quoted(value))
                .append('\n'));
        return yaml.toString();
    }

    /** The hub's events have no key; each names its device. A millisecond later is after whatever was at that time. */
    private static String connector(Job.Hub hub) {
        String start = hub.after().map(time -> time.plusMillis(1).toString()).orElse("earliest");
        return "/device, connector: {name: hub, type: event-hubs, eventhubs.connection.string: "
                + quoted(hub.connection()) + ", eventhubs.start: " + quoted(start) + "}";
    }

    private static Map<String, String> kafka(Job job) {
        Map<String, String> kafka = new LinkedHashMap<>();
        kafka.put("bootstrap.servers", job.bootstrapServers());
        kafka.put("num.stream.threads", String.valueOf(job.threads()));
        kafka.put("commit.interval.ms", String.valueOf(job.commitMillis()));
        kafka.putAll(job.kafka());
        return kafka;
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
