package io.millrace.topology.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.scorers.ElementType;
import io.millrace.scorers.ModelContract;
import io.millrace.scorers.TensorSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Holds {@code docs/pipeline.md} to what the reader does. */
class PipelineDocumentTest {
    private static String document = "";

    @BeforeAll
    static void readDocument() throws IOException {
        document = Files.readString(Path.of("../docs/pipeline.md"));
    }

    private static List<String> snippets(String kind) {
        return Pattern.compile("^```" + kind + "\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL)
                .matcher(document)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toList());
    }

    private static PipelineConfig read(String yaml) throws ConfigException {
        return PipelineReader.read("pipeline.yaml", yaml, Map.of("EVENTHUB_CONNECTION", "Endpoint=…")::get);
    }

    @Test
    void everySnippetIsAPipeline() throws ConfigException {
        assertThat(snippets("yaml")).hasSize(9);
        for (String yaml : snippets("yaml")) {
            assertThat(read(yaml).pipeline()).isNotEmpty();
        }
    }

    @Test
    void everyFeatureInTheTableIsOne() throws ConfigException {
        // Given the first column of the table of features
        List<String> features = Pattern.compile("^\\| `([/{].*?)` \\| (?!a whole)", Pattern.MULTILINE)
                .matcher(document.substring(document.indexOf("| feature |")))
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toList());

        // Then
        assertThat(features).hasSize(7);
        assertThat(read(PipelineReaderTest.LEAST.replace("/a", String.join(", ", features)))
                        .model()
                        .inputs()
                        .get("x"))
                .extracting(InputMapping::elements)
                .isEqualTo(7);
    }

    @Test
    void everyKeyIsInATable() {
        // Given every key that the reader's own test gives, but for the user's own names
        List<String> keys = Pattern.compile("(?<=[{ ])([a-z][a-z0-9-]*):(?= )", Pattern.MULTILINE)
                .matcher(PipelineReaderTest.MOST.replaceAll("(?s)kafka:.*state:", "state:"))
                .results()
                .map(match -> match.group(1))
                .filter(key -> !List.of("anomaly", "second", "hidden", "features", "site", "warning", "critical")
                        .contains(key))
                .distinct()
                .collect(Collectors.toList());

        // Then
        assertThat(keys).hasSizeGreaterThan(30).allSatisfy(key -> assertThat(document)
                .containsPattern("\\| `[^|]*\\b" + key + "\\b|`\\{" + key + ": |\\b" + key + ": K}`"));
    }

    @Test
    void everyBrokenFileGivesTheProblemsShown() {
        List<String> files = snippets("yaml broken");
        List<String> problems = snippets("text");
        assertThat(files).hasSize(2).hasSameSizeAs(problems);
        for (int i = 0; i < files.size(); i++) {
            String yaml = files.get(i);
            assertThat(catchThrowableOfType(ConfigException.class, () -> read(yaml)))
                    .hasMessage(problems.get(i).strip());
        }
    }

    @Test
    void theMisfitGivesTheProblemShown() throws ConfigException {
        // Given the least file and a model that wants more
        TensorSpec input = new TensorSpec("features", ElementType.FLOAT, List.of(-1L, 3L));
        TensorSpec output = new TensorSpec("anomaly", ElementType.FLOAT, List.of(-1L, 1L));
        ModelContract model = new ModelContract("m", "0".repeat(64), List.of(input), List.of(output), Map.of());

        // Then
        assertThat(ContractCheck.check(read(snippets("yaml").get(1)), model))
                .extracting(Problem::toString)
                .containsExactly(snippets("text model").get(0).strip());
    }
}
