package io.millrace.scorers;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Opens damaged models and scores a batch with those that open: {@code ModelFuzz FROM TO}, the numbers of the
 * mutations. Each is announced on standard output before it is tried, and its outcome told behind it, so that whoever
 * started this process knows what killed it.
 */
final class ModelFuzz {
    private static final long MAX_BYTES = 64 << 10;

    private ModelFuzz() {}

    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        List<Path> models = models();
        for (int number = Integer.parseInt(arguments[0]); number < Integer.parseInt(arguments[1]); number++) {
            Path model = models.get(number % models.size());
            out.print("\n" + number + " " + model.getFileName() + " ");
            out.flush();
            out.print(outcome(mutation(Files.readAllBytes(model), number)));
        }
        out.println("\nend");
    }

    /** All committed models but the largest, which take the longest and have the fewest bytes that matter. */
    static List<Path> models() throws IOException {
        try (Stream<Path> plain = Files.list(Models.path("x").getParent());
                Stream<Path> frontEnds = Files.list(FrontEnd.FOLDER)) {
            return Stream.concat(plain, frontEnds)
                    .filter(file ->
                            file.toString().endsWith(".onnx") && file.toFile().length() <= MAX_BYTES)
                    .sorted()
                    .toList();
        }
    }

    private static String outcome(byte[] damaged) {
        try (OnnxScorer scorer = OnnxScorer.open(ModelFile.of("damaged", damaged), new OnnxOptions(4, 1));
                Batch batch = scorer.newBatch()) {
            scorer.score(batch, 3);
            return "scored";
        } catch (ModelException e) {
            String message = String.valueOf(e.getMessage());
            boolean clear = message.contains("model damaged") && !message.contains("\n");
            return !clear
                    ? "unclear: " + message.replace('\n', ' ')
                    : message.contains("not an ONNX file") ? "no-model" : "refused";
        } catch (ScoringException e) {
            return "failed";
        } catch (Throwable e) {
            return "unclear: " + e.toString().replace('\n', ' ');
        }
    }

    private static byte[] mutation(byte[] whole, int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] result = whole.clone();
        switch (seed % 6) {
            case 0 -> {
                return Arrays.copyOf(whole, 1 + random.nextInt(whole.length - 1));
            }
            case 1 -> result[random.nextInt(result.length)] ^= (byte) (1 << random.nextInt(8));
            case 2 -> {
                for (int i = 0; i < 8; i++) {
                    result[random.nextInt(result.length)] = (byte) random.nextInt(256);
                }
            }
            case 3 -> {
                // The end holds names, types and shapes rather than weights.
                int start = result.length - Math.min(result.length, 300);
                result[start + random.nextInt(result.length - start)] = (byte) random.nextInt(256);
            }
            case 4 -> {
                // Numbers of one byte that become negative, or large: dimensions, axes, indexes, lengths.
                for (int i = 0; i < 3; i++) {
                    result[random.nextInt(result.length)] = (byte) (random.nextBoolean() ? 0xFF : 0x7F);
                }
            }
            default -> {
                // A part of the file in the place of another.
                int length = 1 + random.nextInt(Math.min(64, whole.length));
                int from = random.nextInt(whole.length - length + 1);
                int to = random.nextInt(whole.length - length + 1);
                System.arraycopy(whole, from, result, to, length);
            }
        }
        return result;
    }
}
