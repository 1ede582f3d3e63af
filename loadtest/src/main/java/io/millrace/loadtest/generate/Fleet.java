package io.millrace.loadtest.generate;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The devices, and which of them sends the n-th record: all alike, or by Zipf's law (device {@code k} of the ranking
 * sends in proportion to {@code 1/k^exponent}). Zipf draws take constant time (Walker's alias table, built as by
 * Vose, 1991).
 *
 * <p>Immutable and shared by all threads. Takes about 60 bytes a device.
 */
public final class Fleet {

    private static final int MAX_DEVICES = 10_000_000;
    private static final byte[] PREFIX = "device-".getBytes(StandardCharsets.US_ASCII);
    private static final int DIGITS = 8;
    /** Bytes of every key. */
    static final int KEY_BYTES = PREFIX.length + DIGITS;

    private final byte[][] keys;
    private final long seed;
    /** Empty where all devices are alike. */
    private final double[] keep;

    private final int[] alias;

    private Fleet(int devices, long seed, double[] weights) {
        if (devices < 1 || devices > MAX_DEVICES) {
            throw new IllegalArgumentException(
                    "fleet.devices must be between 1 and " + MAX_DEVICES + ", got: " + devices);
        }
        this.keys = new byte[devices][];
        Arrays.setAll(keys, Fleet::newKey);
        this.seed = seed;
        this.keep = weights;
        this.alias = new int[weights.length];
        buildAliases();
    }

    public static Fleet uniform(int devices, long seed) {
        return new Fleet(devices, seed, new double[0]);
    }

    public static Fleet zipf(int devices, double exponent, long seed) {
        if (!(exponent > 0 && exponent <= 10)) {
            throw new IllegalArgumentException("fleet.exponent must be above 0 and at most 10, got: " + exponent);
        }
        double[] weights = new double[Math.max(0, Math.min(devices, MAX_DEVICES))];
        Arrays.setAll(weights, k -> Math.pow(k + 1, -exponent));
        return new Fleet(devices, seed, weights);
    }

    public int devices() {
        return keys.length;
    }

    /** The record key of a device. Not a copy: leave it as it is. */
    byte[] key(int device) {
        return keys[device];
    }

    /** The device that sends record {@code n}. */
    int deviceOf(long n) {
        long bits = Mix.of(seed, n);
        int device = Mix.below(keys.length, (int) bits);
        if (keep.length == 0 || Mix.unit(Mix.of(seed + 1, n)) < keep[device]) {
            return device;
        }
        return alias[device];
    }

    /** The device with this key, or -1 if it is none of a generated fleet's. */
    public static int indexOf(byte[] key) {
        if (key.length != KEY_BYTES || !Arrays.equals(key, 0, PREFIX.length, PREFIX, 0, PREFIX.length)) {
            return -1;
        }
        int index = 0;
        for (int i = PREFIX.length; i < key.length; i++) {
            int digit = key[i] - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            index = index * 10 + digit;
        }
        return index;
    }

    static byte[] newKey(int device) {
        byte[] key = Arrays.copyOf(PREFIX, KEY_BYTES);
        int rest = device;
        for (int i = key.length - 1; i >= PREFIX.length; i--) {
            key[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return key;
    }

    /** Turns weights into the share of each column that stays with its own device; the rest goes to its alias. */
    private void buildAliases() {
        double mean = Arrays.stream(keep).sum() / Math.max(1, keep.length);
        int[] small = new int[keep.length];
        int[] large = new int[keep.length];
        int smalls = 0;
        int larges = 0;
        for (int i = 0; i < keep.length; i++) {
            keep[i] /= mean;
            alias[i] = i;
            if (keep[i] < 1) {
                small[smalls++] = i;
            } else {
                large[larges++] = i;
            }
        }
        while (smalls > 0 && larges > 0) {
            int poor = small[--smalls];
            int rich = large[larges - 1];
            alias[poor] = rich;
            keep[rich] -= 1 - keep[poor];
            if (keep[rich] < 1) {
                larges--;
                small[smalls++] = rich;
            }
        }
    }
}
