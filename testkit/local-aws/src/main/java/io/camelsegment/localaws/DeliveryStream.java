package io.camelsegment.localaws;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;

/**
 * A Firehose delivery stream: the records that arrived, and their concatenation as Firehose writes it to S3.
 * Thread-safe.
 */
public final class DeliveryStream {
    /** Makes record IDs as long as AWS's, about 220 characters, because clients parse them. */
    private static final int RECORD_ID_PREFIX_BYTES = 150;

    private static final String ACTIVE = "ACTIVE";
    private static final String DIRECT_PUT = "DirectPut";

    private final String name;
    private final String arn;
    private final Instant created;
    private final String recordIdPrefix;
    private final RecordLog<byte[]> log;
    private volatile String keyArn;
    private volatile String status = ACTIVE;
    private volatile String type = DIRECT_PUT;

    DeliveryStream(Account account, String region, String name) {
        this.name = name;
        this.arn = Arns.deliveryStream(region, account.id(), name);
        this.created = account.now();
        byte[] prefix = new byte[RECORD_ID_PREFIX_BYTES];
        ThreadLocalRandom.current().nextBytes(prefix);
        this.recordIdPrefix = Base64.getEncoder().encodeToString(prefix);
        this.log = new RecordLog<>(record -> record.length, account.maxRetainedBytes());
    }

    public String name() {
        return name;
    }

    public String arn() {
        return arn;
    }

    /** The retained records in order of arrival, not copied. */
    public List<byte[]> records() {
        return log.toList();
    }

    /** The retained records, joined without separators: readable lines if each record ends with a newline. */
    public byte[] content() {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] record : log.toList()) {
            content.writeBytes(record);
        }
        return content.toByteArray();
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
    public List<byte[]> awaitRecords(int atLeast, Duration timeout) {
        return log.await("delivery stream " + name, atLeast, timeout);
    }

    /** Drops the retained records. */
    public void clear() {
        log.clear();
    }

    /**
     * Encrypts the delivery stream with a customer's KMS key, as StartDeliveryStreamEncryption does. To write, sessions
     * of roles with permission policies then need {@code kms:GenerateDataKey} and {@code kms:Decrypt} on the key.
     *
     * @param keyArn the ARN of a key; null for no encryption
     * @return this delivery stream
     * @throws IllegalArgumentException if it is no ARN of a key
     */
    public DeliveryStream encryptWith(String keyArn) {
        if (keyArn != null && !isKey(keyArn)) {
            throw new IllegalArgumentException("expected an ARN like "
                    + "arn:aws:kms:us-west-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab for delivery stream "
                    + name + ", was " + keyArn);
        }
        this.keyArn = keyArn;
        return this;
    }

    /**
     * Sets the status in DescribeDeliveryStream. Initially it is {@code ACTIVE}; with any other status, a put does not
     * find the delivery stream.
     *
     * @return this delivery stream
     */
    public DeliveryStream status(String status) {
        this.status = status;
        return this;
    }

    String status() {
        return status;
    }

    boolean takesRecords() {
        return status.equals(ACTIVE);
    }

    /**
     * Sets the source of its records: initially {@code DirectPut}; with any other, such as
     * {@code KinesisStreamAsSource}, a put is refused.
     *
     * @return this delivery stream
     */
    public DeliveryStream type(String type) {
        this.type = type;
        return this;
    }

    String type() {
        return type;
    }

    boolean takesPuts() {
        return type.equals(DIRECT_PUT);
    }

    static boolean isKey(String keyArn) {
        return keyArn.startsWith("arn:") && KinesisStream.isKey(keyArn);
    }

    /** The customer's key, or null. */
    String keyArn() {
        return keyArn;
    }

    Instant created() {
        return created;
    }

    /**
     * Stores the records that are not refused.
     *
     * @param plan the records to refuse
     * @param messages the message that goes with an error code
     */
    synchronized List<PutResult> put(List<PutEntry> entries, FaultPlan plan, UnaryOperator<String> messages) {
        long position = log.nextPosition();
        List<byte[]> stored = new ArrayList<>(entries.size());
        List<PutResult> results = new ArrayList<>(entries.size());
        for (PutEntry entry : entries) {
            String errorCode = plan.refusal(entry);
            if (errorCode != null) {
                results.add(PutResult.refused(null, errorCode, messages.apply(errorCode)));
                continue;
            }
            stored.add(entry.data());
            results.add(PutResult.stored(null, recordIdPrefix + position++));
        }
        log.addAll(stored);
        return results;
    }

    @Override
    public String toString() {
        return "DeliveryStream[" + arn + "]";
    }
}
