package io.camelsegment;

import java.util.List;
import org.apache.camel.Exchange;

/**
 * Which events of its {@link SegmentBatch} the failure of an Exchange concerns. Kept in a property, because Camel
 * restores messages: with {@code useOriginalMessage} the body is the whole batch again.
 *
 * @param failure     of the Exchange, or its cause; null once a sink has got the Exchange again
 * @param undelivered the events that were not delivered
 */
public record BatchFailure(Throwable failure, SegmentBatch undelivered) {

    private static final String PROPERTY = "CamelSegmentBatchFailure";

    private static final int MAX_CAUSES = 20; // a cause may be among its own causes

    /** Fails an Exchange, whose body becomes the batch of the undelivered events. */
    public static void fail(Exchange exchange, Throwable failure, SegmentBatch undelivered) {
        exchange.setException(failure);
        exchange.setProperty(PROPERTY, new BatchFailure(exchange.getException(), undelivered));
        exchange.getMessage().setBody(undelivered);
    }

    /** A copy of an Exchange, and the batch that it was sent with. */
    public record Copy(Exchange exchange, SegmentBatch sent) {}

    /**
     * Joins what became of copies. A failed Exchange then concerns the events that the failures of its copies concern;
     * another one has left behind what they have left behind.
     *
     * @param whole the Exchange's batch; each copy has a part of it
     */
    public static void join(Exchange exchange, SegmentBatch whole, List<Copy> copies) {
        SegmentBatch undelivered = whole.minus(whole);
        SegmentBatch rest = whole;
        for (Copy copy : copies) {
            if (copy.exchange().getException() == null) {
                rest = rest.minus(leftBehind(copy.exchange(), copy.sent()));
            } else {
                SegmentBatch bySink = undelivered(copy.exchange());
                boolean known = bySink != null && bySink.isOfSameRequest(whole);
                undelivered = undelivered.or(known ? bySink : copy.sent());
            }
        }
        if (exchange.getException() == null && rest.size() < whole.size()) {
            exchange.setProperty(PROPERTY, new BatchFailure(null, rest));
        } else if (exchange.getException() != null && !undelivered.isEmpty()) {
            fail(exchange, exchange.getException(), undelivered);
        }
    }

    /**
     * Ends the failure of an Exchange that a sink gets again. If it brings other events than those that failed, it is
     * tried again, and the failure is forgotten; else it goes on with those that failed.
     */
    public static void clear(Exchange exchange) {
        BatchFailure last = exchange.getProperty(PROPERTY, BatchFailure.class);
        if (last == null) {
            return;
        }
        Object body = exchange.getIn().getBody(); // the last chance of the original message to narrow its batch
        if (body instanceof SegmentBatch batch
                && batch.isOfSameRequest(last.undelivered)
                && !batch.minus(last.undelivered).isEmpty()) {
            exchange.removeProperty(PROPERTY);
        } else if (last.failure != null) {
            exchange.setProperty(PROPERTY, new BatchFailure(null, last.undelivered));
        }
    }

    /**
     * Returns the events that an Exchange has left behind: a part of its batch failed, that was handled, and the
     * Exchange went on with this part alone.
     *
     * @param batch what the Exchange began with
     * @return empty if all events went on
     */
    public static SegmentBatch leftBehind(Exchange exchange, SegmentBatch batch) {
        BatchFailure last = exchange.getProperty(PROPERTY, BatchFailure.class);
        return last != null && batch.isOfSameRequest(last.undelivered)
                ? batch.minus(last.undelivered)
                : batch.minus(batch);
    }

    /**
     * Returns the events that the present failure of an Exchange concerns, handled or not; null if there is no failure,
     * or one that concerns all events.
     */
    public static SegmentBatch undelivered(Exchange exchange) {
        BatchFailure last = exchange.getProperty(PROPERTY, BatchFailure.class);
        if (last == null) {
            return null;
        }
        Throwable present = exchange.getException();
        if (present == null) {
            present = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        }
        return last.isCauseOf(present) ? last.undelivered : null;
    }

    @SuppressWarnings("ReferenceEquality") // the very failure
    private boolean isCauseOf(Throwable present) {
        Throwable cause = present;
        for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
            if (cause == failure) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    /**
     * Returns the part of a body that the present failure of an Exchange concerns.
     *
     * @return the body itself unless it is a batch of the same request
     */
    public static Object narrow(Exchange exchange, Object body) {
        if (body instanceof SegmentBatch batch && exchange != null) {
            SegmentBatch undelivered = undelivered(exchange);
            if (undelivered != null && batch.isOfSameRequest(undelivered)) {
                return batch.and(undelivered);
            }
        }
        return body;
    }
}
