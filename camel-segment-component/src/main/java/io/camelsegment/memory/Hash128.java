package io.camelsegment.memory;

/**
 * A hash of 128 bits, such as that of a messageId.
 *
 * @param first  the first half
 * @param second the other half
 */
public record Hash128(long first, long second) {

    @Override
    public int hashCode() {
        return (int) second;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Hash128 hash && first == hash.first && second == hash.second;
    }
}
