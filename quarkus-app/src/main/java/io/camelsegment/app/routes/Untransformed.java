package io.camelsegment.app.routes;

import io.camelsegment.SegmentBatch;
import org.apache.camel.Exchange;

/**
 * Keeps what a destination got until its transform has ended, for dead letters: whoever delivers an event again that
 * was not transformed would let through what the transform removes, and whoever transforms one of half the steps again
 * would hash hashes.
 */
final class Untransformed {

    /** Header of dead letters that the destination's transform has not changed. */
    static final String HEADER = "CamelSegmentUntransformed";

    private static final String PROPERTY = "CamelSegmentBeforeTransform";

    private Untransformed() {}

    /** Keeps the body before a transform, if that changes anything. */
    static void keep(Exchange exchange, TransformsInForce.Place transform) {
        if (transform.changes(exchange)) {
            exchange.setProperty(PROPERTY, exchange.getMessage().getBody());
        }
    }

    /** Forgets it, behind the transform. */
    static void forget(Exchange exchange) {
        exchange.removeProperty(PROPERTY);
    }

    /**
     * Gives a failed exchange back the events that it concerns as they were before the transform, if that has not
     * ended, with the {@link #HEADER}.
     *
     * @return whether it had not ended
     */
    static boolean restore(Exchange exchange) {
        Object before = exchange.removeProperty(PROPERTY);
        if (before == null) {
            return false;
        }
        Object failed = exchange.getMessage().getBody();
        exchange.getMessage()
                .setBody(
                        before instanceof SegmentBatch all && failed instanceof SegmentBatch some
                                ? all.of(some.indexes())
                                : before);
        exchange.getMessage().setHeader(HEADER, true);
        return true;
    }
}
