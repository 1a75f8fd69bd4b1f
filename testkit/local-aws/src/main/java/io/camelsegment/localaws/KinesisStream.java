package io.camelsegment.localaws;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** A Kinesis data stream: its shards and the records that arrived. Thread-safe. */
public final class KinesisStream {
    /** Smallest and default limit of a record in KiB, data and partition key together. */
    static final int MIN_RECORD_KIB = 1024;

    /** Largest limit of a record in KiB. */
    static final int MAX_RECORD_KIB = 10 * 1024;

    private static final String THROTTLED = "ProvisionedThroughputExceededException";

    private static final String ACTIVE = "ACTIVE";

    /** The KMS key that AWS manages in every account. */
    private static final String AWS_KEY = "alias/aws/kinesis";

    private static final Pattern KEY = Pattern.compile(
            "(arn:aws[a-z-]*:kms:[a-z0-9-]+:\\d{12}:)?(" + AWS_KEY + "|key/(mrk-)?[0-9a-f-]+)|(mrk-)?[0-9a-f-]{32,36}");

    private final String name;
    private final String arn;
    private final Account account;
    private final boolean onDemand;
    private final Instant created;
    private final ShardMap shards;
    private final RecordLog<KinesisRecord> log;
    private volatile int maxRecordSizeInKiB;
    private volatile String keyId;
    private volatile String status = ACTIVE;

    KinesisStream(
            Account account, String region, String name, int shardCount, boolean onDemand, int maxRecordSizeInKiB) {
        this.account = account;
        this.name = name;
        this.arn = Arns.stream(region, account.id(), name);
        this.onDemand = onDemand;
        this.created = account.now();
        this.shards = new ShardMap(shardCount, created.toEpochMilli());
        this.log = new RecordLog<>(record -> record.data().length, account.maxRetainedBytes());
        this.maxRecordSizeInKiB = maxRecordSizeInKiB;
    }

    public String name() {
        return name;
    }

    public String arn() {
        return arn;
    }

    /** The retained records of all shards in order of arrival. */
    public List<KinesisRecord> records() {
        return log.toList();
    }

    /** The number of records ever accepted, retained or not. */
    public long recordCount() {
        return log.nextPosition();
    }

    /**
     * Waits until at least so many records are retained, and returns all retained records.
     *
     * @throws IllegalStateException if there are fewer after the timeout
     */
    public List<KinesisRecord> awaitRecords(int atLeast, Duration timeout) {
        return log.await("stream " + name, atLeast, timeout);
    }

    /** Drops the retained records. Sequence numbers keep growing. */
    public void clear() {
        log.clear();
    }

    /**
     * Sets the limit of a record, data and partition key together, as UpdateMaxRecordSize does. The default is 1024.
     *
     * @param kib 1024 to 10240
     * @throws IllegalArgumentException if out of range
     */
    public void maxRecordSizeInKiB(int kib) {
        if (kib < MIN_RECORD_KIB || kib > MAX_RECORD_KIB) {
            throw new IllegalArgumentException("expected a maxRecordSizeInKiB of " + MIN_RECORD_KIB + " to "
                    + MAX_RECORD_KIB + " for stream " + name + ", was " + kib);
        }
        maxRecordSizeInKiB = kib;
    }

    public int maxRecordSizeInKiB() {
        return maxRecordSizeInKiB;
    }

    /**
     * Encrypts the stream with a KMS key, as StartStreamEncryption does. Sessions of roles with permission policies
     * then need {@code kms:GenerateDataKey} on the key to write and {@code kms:Decrypt} to read.
     *
     * @param keyArn the ARN or ID of a key, or {@code alias/aws/kinesis} for the key that AWS manages and everyone may
     *     use; null for no encryption
     * @return this stream
     * @throws IllegalArgumentException if it is none of these
     */
    public KinesisStream encryptWith(String keyArn) {
        if (keyArn != null && !isKey(keyArn)) {
            throw new IllegalArgumentException("expected a key ID, an ARN like "
                    + "arn:aws:kms:us-west-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab or " + AWS_KEY
                    + " for stream " + name + ", was " + keyArn);
        }
        keyId = keyArn;
        return this;
    }

    static boolean isKey(String keyId) {
        return KEY.matcher(keyId).matches();
    }

    /** The key as given, or null when the stream is not encrypted. */
    String keyId() {
        return keyId;
    }

    /** Whether the stream is encrypted with a key that needs permissions. */
    boolean hasCustomerKey() {
        String key = keyId;
        return key != null && !key.endsWith(AWS_KEY);
    }

    /**
     * Sets the status in DescribeStreamSummary. Initially it is {@code ACTIVE}; with any other but {@code UPDATING}, a
     * put does not find the stream.
     *
     * @return this stream
     */
    public KinesisStream status(String status) {
        this.status = status;
        return this;
    }

    String status() {
        return status;
    }

    boolean takesRecords() {
        String now = status;
        return now.equals(ACTIVE) || now.equals("UPDATING");
    }

    /** The number of open shards. */
    public int shardCount() {
        return shards.open().size();
    }

    /**
     * Divides the stream evenly among so many shards, like UpdateShardCount but without its bounds. The old shards are
     * closed and stay readable; the shard of a partition key changes from one record to the next.
     *
     * @param count 1 to 10,000
     * @throws IllegalArgumentException if out of range
     */
    public synchronized void updateShardCount(int count) {
        LocalAwsRegion.checkShardCount(name, count);
        shards.resize(count, log.nextPosition());
    }

    boolean onDemand() {
        return onDemand;
    }

    Instant created() {
        return created;
    }

    /** The shards; changed only under this stream's lock. */
    ShardMap shardMap() {
        return shards;
    }

    /** The shard with the ID, open or closed, or null. */
    Shard shard(String id) {
        return shards.all().stream()
                .filter(shard -> shard.id().equals(id))
                .findFirst()
                .orElse(null);
    }

    RecordLog<KinesisRecord> log() {
        return log;
    }

    /**
     * Stores the records that are not refused.
     *
     * @param hashKeys the explicit hash key of each entry, or null for the partition key's
     * @param plan the records to refuse
     * @param messages the message that goes with an error code
     */
    synchronized List<PutResult> put(
            List<PutEntry> entries, HashKey[] hashKeys, FaultPlan plan, UnaryOperator<String> messages) {
        Instant now = account.now();
        long position = log.nextPosition();
        List<KinesisRecord> stored = new ArrayList<>(entries.size());
        List<PutResult> results = new ArrayList<>(entries.size());
        for (PutEntry entry : entries) {
            HashKey explicit = hashKeys[entry.index()];
            Shard shard = shards.locate(explicit == null ? HashKey.ofPartitionKey(entry.partitionKey()) : explicit);
            String errorCode = plan.refusal(entry);
            if (errorCode == null
                    && plan.shardsThrottled()
                    && !shard.throughput().admit(entry.countedBytes(), now)) {
                errorCode = THROTTLED;
            }
            if (errorCode != null) {
                String message = errorCode.equals(THROTTLED) ? rateExceeded(shard) : messages.apply(errorCode);
                results.add(PutResult.refused(shard.id(), errorCode, message));
                continue;
            }
            String sequenceNumber = shard.sequenceNumber(position++);
            stored.add(new KinesisRecord(shard.id(), sequenceNumber, entry.partitionKey(), entry.data(), now));
            results.add(PutResult.stored(shard.id(), sequenceNumber));
        }
        log.addAll(stored);
        return results;
    }

    private String rateExceeded(Shard shard) {
        return "Rate exceeded for shard " + shard.id() + " in stream " + name + " under account " + account.id() + ".";
    }

    @Override
    public String toString() {
        return "KinesisStream[" + arn + "]";
    }
}
