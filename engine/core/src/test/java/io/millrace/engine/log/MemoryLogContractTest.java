package io.millrace.engine.log;

final class MemoryLogContractTest extends LogContract
{
    @Override
    protected Log open()
    {
        return new MemoryLog(1 << 20);
    }

    @Override
    protected boolean isDurable()
    {
        return false;
    }
}
