package io.millrace.loadtest.generate;

/** Says of a named record, from itself alone, which it is. Well-formed or not: what is spoilt comes after. */
public final class Origin {

    private Origin() {}

    /** The device's number in its fleet; -1 if it is none of a generated fleet's. */
    public static int device(byte[] record) {
        return JsonPayload.deviceIn(record);
    }

    /** The record's number among its device's, from 0; negative if it holds none. */
    public static int sequence(byte[] record) {
        return JsonPayload.sequenceIn(record);
    }
}
