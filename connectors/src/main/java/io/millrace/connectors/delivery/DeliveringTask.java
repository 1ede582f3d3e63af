package io.millrace.connectors.delivery;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;

/** Delivers one record after the other: each waits until the one before it has come to an end. */
public abstract class DeliveringTask extends BatchDeliveringTask {
    /**
     * Hands one record over.
     *
     * @throws DataException if the record is not what the sink can deliver: a dead letter
     */
    protected abstract Answer deliver(SinkRecord record) throws InterruptedException;

    @Override
    protected final List<Answer> deliver(List<SinkRecord> records) throws InterruptedException {
        List<Answer> answers = new ArrayList<>();
        for (SinkRecord record : records) {
            answers.add(answer(record));
            if (answers.get(answers.size() - 1) instanceof Answer.Unavailable) {
                break;
            }
        }
        return answers;
    }

    private Answer answer(SinkRecord record) throws InterruptedException {
        try {
            return deliver(record);
        } catch (DataException e) {
            return new Answer.Refused(String.valueOf(e.getMessage()));
        }
    }
}
