package io.camelsegment.localaws;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * The shards of a stream: the open ones, which divide the hash key space, and those closed by a split or merge. Changed
 * under the stream's lock; any thread may read the lists.
 */
final class ShardMap {
    private final long createdMillis;

    /** In the order of their IDs. Replaced, never changed. */
    private volatile List<Shard> all = List.of();

    /** In the order of their hash keys. Replaced, never changed. */
    private volatile List<Shard> open = List.of();

    /** Divides the hash key space evenly, the last shard taking the remainder, as CreateStream does. */
    ShardMap(int count, long createdMillis) {
        this.createdMillis = createdMillis;
        List<Shard> shards = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            HashKey last = HashKey.of(bound(i + 1, count).subtract(BigInteger.ONE));
            shards.add(new Shard(i, HashKey.of(bound(i, count)), last, null, null, 0, createdMillis));
        }
        all = List.copyOf(shards);
        open = all;
    }

    /** The start of the shard with the index among {@code count} even ones; the end of the space for {@code count}. */
    private static BigInteger bound(int index, int count) {
        return index == count
                ? HashKey.SPACE
                : HashKey.SPACE.divide(BigInteger.valueOf(count)).multiply(BigInteger.valueOf(index));
    }

    /** The shards, open and closed, in the order of their IDs. */
    List<Shard> all() {
        return all;
    }

    /** The open shards in the order of their hash keys. */
    List<Shard> open() {
        return open;
    }

    /** The open shard of the key. */
    Shard locate(HashKey key) {
        return open.get(indexOf(key));
    }

    private int indexOf(HashKey key) {
        List<Shard> shards = open;
        int low = 0;
        int high = shards.size() - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (shards.get(middle).last().compareTo(key) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /**
     * Splits an open shard in two.
     *
     * @param at start of the second shard, after the shard's first key
     * @param position the stream's next position
     */
    void split(Shard shard, HashKey at, long position) {
        int number = all.size();
        HashKey before = HashKey.of(at.value().subtract(BigInteger.ONE));
        replace(
                List.of(shard),
                List.of(
                        new Shard(number, shard.first(), before, shard.id(), null, position, createdMillis),
                        new Shard(number + 1, at, shard.last(), shard.id(), null, position, createdMillis)),
                position);
    }

    /** Merges two open shards, of which the second begins where the first ends. */
    void merge(Shard lower, Shard higher, long position) {
        Shard merged =
                new Shard(all.size(), lower.first(), higher.last(), lower.id(), higher.id(), position, createdMillis);
        replace(List.of(lower, higher), List.of(merged), position);
    }

    private void replace(List<Shard> closed, List<Shard> opened, long position) {
        closed.forEach(shard -> shard.close(position));
        List<Shard> nowAll = new ArrayList<>(all);
        nowAll.addAll(opened);
        List<Shard> nowOpen = new ArrayList<>(open);
        int index = nowOpen.indexOf(closed.get(0));
        nowOpen.removeAll(closed);
        nowOpen.addAll(index, opened);
        all = List.copyOf(nowAll);
        open = List.copyOf(nowOpen);
    }

    /** Divides the hash key space evenly among so many shards by splits and merges, which leave short-lived shards. */
    void resize(int count, long position) {
        for (int i = 1; i < count; i++) {
            HashKey bound = HashKey.of(bound(i, count));
            Shard shard = locate(bound);
            if (!shard.first().equals(bound)) {
                split(shard, bound, position);
            }
        }
        for (int i = 0; i < count; i++) {
            HashKey last = HashKey.of(bound(i + 1, count).subtract(BigInteger.ONE));
            while (!open.get(i).last().equals(last)) {
                merge(open.get(i), open.get(i + 1), position);
            }
        }
    }
}
