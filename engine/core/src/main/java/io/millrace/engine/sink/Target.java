package io.millrace.engine.sink;

/** Where one sink agent's records go. <b>Threading:</b> its sink agent's thread. */
interface Target extends AutoCloseable
{
    /** As it is called in messages, folders and positions. */
    String name();

    /** Takes a record of the output log, or passes it over where it is another target's. */
    void accept(long record);

    /** See {@link io.millrace.engine.connector.Sink#flush()}; likewise the rest. */
    void flush();

    void end();

    String prepare();

    void complete(String token);

    @Override
    void close();
}
