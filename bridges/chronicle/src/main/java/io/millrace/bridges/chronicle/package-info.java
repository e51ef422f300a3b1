/** Tables in Chronicle queues: {@code 'connector'='chronicle-queue'}. */
@NullMarked
package io.millrace.bridges.chronicle;

import org.jspecify.annotations.NullMarked;
