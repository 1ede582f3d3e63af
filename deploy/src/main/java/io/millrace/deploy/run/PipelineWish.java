package io.millrace.deploy.run;

import io.millrace.connectors.broker.TopicSpec;
import io.millrace.connectors.doctor.Finding;
import io.millrace.connectors.doctor.Wish;
import io.millrace.topology.config.Guarantee;
import io.millrace.topology.config.PipelineConfig;
import io.millrace.topology.streams.PipelineTopology;
import io.opentelemetry.api.metrics.MeterProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.streams.TopologyDescription;

/** What a pipeline asks of a cluster, as its topology says. */
public final class PipelineWish {
    private PipelineWish() {}

    /**
     * Asks the Event Hubs and IoT Hubs at a pipeline's edges whether they can be used as it wants to. Changes nothing.
     *
     * @param patience how long each look may take
     */
    public static List<Finding> probeEdges(LoadedPipeline loaded, Duration patience) {
        return new ConnectorPlan(loaded.config()).probes(patience);
    }

    /** Of a pipeline that is loaded. */
    public static Wish of(LoadedPipeline loaded) {
        PipelineConfig config = loaded.config();
        List<TopicSpec> topics = new ArrayList<>(RunningPipeline.topics(config));
        topics.addAll(new ConnectorPlan(config).topics());
        Set<String> stores = new HashSet<>();
        Set<String> own = new HashSet<>();
        topics.forEach(topic -> own.add(topic.name()));
        Set<String> repartitioned = new HashSet<>();
        try (PipelineTopology topology = new PipelineTopology(
                config, loaded.scorer(), MeterProvider.noop().get("doctor"))) {
            for (TopologyDescription.Subtopology part :
                    topology.build(1).describe().subtopologies()) {
                for (TopologyDescription.Node node : part.nodes()) {
                    if (node instanceof TopologyDescription.Processor processor) {
                        stores.addAll(processor.stores());
                    } else if (node instanceof TopologyDescription.Source source && source.topicSet() != null) {
                        source.topicSet().stream()
                                .filter(topic -> !own.contains(topic))
                                .forEach(repartitioned::add);
                    }
                }
            }
        }
        int compacted = stores.size()
                + (int) topics.stream()
                        .filter(topic -> topic.settings().containsValue("compact"))
                        .count();
        Map<String, String> kafka = config.kafka().properties();
        return new Wish(
                config.source().topic(),
                topics,
                stores.size() + repartitioned.size(),
                compacted,
                config.guarantee() == Guarantee.EXACTLY_ONCE,
                "streams".equals(kafka.get("group.protocol")));
    }
}
