package io.camelsegment.delivery;

/** The record was refused because the memory budget is used up; it may be accepted later. */
public class BufferFullException extends DeliveryException {

    private static final long serialVersionUID = 1L;

    BufferFullException(String service, String stream, int size, MemoryBudget budget) {
        super(
                service,
                stream,
                "BufferFull",
                "no room for " + size + " bytes: " + budget.heldBytes() + " of " + budget.maxBytes()
                        + " bytes are waiting for delivery; slow down, or raise maxBufferedBytes",
                0,
                true);
    }
}
