package io.millrace.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.scorers.Batch;
import io.millrace.scorers.ModelFile;
import io.millrace.scorers.OnnxOptions;
import io.millrace.scorers.OnnxScorer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The example of docs/spark.md, on a Spark with two threads. */
class ScorePartitionTest {
    private static final Path MODEL = Path.of("../src/test/resources/models/mlp.onnx");
    private static final int ROWS = 10_000;

    @SuppressWarnings("NullAway.Init")
    private static SparkSession spark;

    @BeforeAll
    static void start() {
        spark = SparkSession.builder()
                .master("local[2]")
                .config("spark.ui.enabled", "false")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.driver.host", "127.0.0.1")
                .getOrCreate();
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    @Test
    void everyRowHasTheScoreThatTheScorerGivesItAndThereIsOneSession() throws Exception {
        // Given rows with 16 features and an id, in 8 partitions
        String[] columns = IntStream.range(0, 16)
                .mapToObj(i -> "sin(id * " + (i + 1) + ") AS f" + i)
                .toArray(String[]::new);
        Dataset<Row> rows = spark.range(0, ROWS, 1, 8).selectExpr(concat("id", columns));
        List<String> features = IntStream.range(0, 16).mapToObj(i -> "f" + i).toList();
        byte[] model = Files.readAllBytes(MODEL);

        // When they are scored where they lie
        Broadcast<byte[]> broadcast =
                JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(model);
        StructType scored = rows.schema().add("score", DataTypes.DoubleType);
        List<Row> result = rows.mapPartitions(
                        new ScorePartition(broadcast, rows.schema(), features, 512), Encoders.row(scored))
                .collectAsList();

        // Then
        assertThat(result).hasSize(ROWS);
        assertThat(ExecutorScorer.sessions()).isEqualTo(1);
        try (OnnxScorer scorer = OnnxScorer.open(
                        ModelFile.of("mlp", model), OnnxOptions.defaults().withMaxRows(1));
                Batch batch = scorer.newBatch()) {
            for (Row row : result) {
                for (int i = 0; i < 16; i++) {
                    batch.input(0).set(0, i, Math.sin(row.getLong(0) * (double) (i + 1)));
                }
                scorer.score(batch, 1);
                assertThat(row.<Double>getAs("score"))
                        .as("row %d", row.getLong(0))
                        .isCloseTo(batch.output(0).get(0, 0), org.assertj.core.api.Assertions.within(1e-5));
            }
        }
        assertThat(result.stream()
                        .map(row -> row.<Double>getAs("score"))
                        .distinct()
                        .count())
                .isGreaterThan(ROWS / 2);
    }

    private static String[] concat(String first, String[] rest) {
        String[] all = new String[rest.length + 1];
        all[0] = first;
        System.arraycopy(rest, 0, all, 1, rest.length);
        return all;
    }
}
