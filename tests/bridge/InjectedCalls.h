// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>

#include <csignal>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

namespace clavitor::tests {

/// Has another process make system calls, as somebody who had taken it over would: at the place where it stands, in its one thread, under
/// whatever it has put on itself. Linux on x86-64, root, the thread that made it; the process stands still meanwhile and goes on with its end.
class InjectedCalls
{
public:
    enum class Filter { Kept, Suspended }; ///< suspended: what is refused then is refused by something else than seccomp

    static constexpr bool IsKnownHere =
#if defined(__linux__) && defined(__x86_64__)
        true;
#else
        false;
#endif

    InjectedCalls(pid_t pid, Filter filter)
        : m_pid(pid)
    {
#if defined(__linux__) && defined(__x86_64__)
        const long options = filter == Filter::Suspended ? PTRACE_O_SUSPEND_SECCOMP : 0;
        if (::ptrace(PTRACE_SEIZE, pid, nullptr, options) != 0)
            return;
        m_isHeld = ::ptrace(PTRACE_INTERRUPT, pid, nullptr, nullptr) == 0 && hasStopped() && ::ptrace(PTRACE_GETREGS, pid, nullptr, &m_before) == 0;
        m_code = ::ptrace(PTRACE_PEEKTEXT, pid, m_before.rip, nullptr);
#else
        static_cast<void>(filter);
#endif
    }
    InjectedCalls(const InjectedCalls &) = delete;
    InjectedCalls &operator=(const InjectedCalls &) = delete;
    ~InjectedCalls()
    {
#if defined(__linux__) && defined(__x86_64__)
        if (m_isHeld) {
            ::ptrace(PTRACE_POKETEXT, m_pid, m_before.rip, m_code);
            ::ptrace(PTRACE_SETREGS, m_pid, nullptr, &m_before);
            ::ptrace(PTRACE_DETACH, m_pid, nullptr, nullptr);
        }
#endif
    }

    [[nodiscard]] bool isHeld() const { return m_isHeld; }

    /// Where `bytes`, at most 1024, are in that process from now on. Eight places, far below its stack.
    template<typename Bytes>
    std::uint64_t put(const Bytes &bytes)
    {
#if defined(__linux__) && defined(__x86_64__)
        const std::uint64_t at = m_before.rsp - 65536 + 1024U * m_places++;
        std::array<char, sizeof bytes + sizeof(long)> words{};
        std::memcpy(words.data(), &bytes, sizeof bytes);
        for (std::size_t i = 0; i < sizeof bytes; i += sizeof(long)) {
            long word = 0;
            std::memcpy(&word, words.data() + i, sizeof word);
            ::ptrace(PTRACE_POKEDATA, m_pid, at + i, word);
        }
        return at;
#else
        static_cast<void>(bytes);
        return 0;
#endif
    }

    /// What the kernel answers: minus the error, or the result. Nothing when the process did not come back from it.
    template<typename... Arguments>
    std::optional<long> call(long number, Arguments... given)
    {
#if defined(__linux__) && defined(__x86_64__)
        std::array<std::uint64_t, 6> arguments{static_cast<std::uint64_t>(given)...};
        constexpr long SyscallAndTrap = 0xcc050f;
        user_regs_struct registers = m_before;
        registers.rax = static_cast<std::uint64_t>(number);
        registers.orig_rax = ~0ULL; // or what it stood in would be begun anew
        registers.rdi = arguments[0];
        registers.rsi = arguments[1];
        registers.rdx = arguments[2];
        registers.r10 = arguments[3];
        registers.r8 = arguments[4];
        registers.r9 = arguments[5];
        if (!m_isHeld || ::ptrace(PTRACE_POKETEXT, m_pid, m_before.rip, (m_code & ~0xffffffL) | SyscallAndTrap) != 0
            || ::ptrace(PTRACE_SETREGS, m_pid, nullptr, &registers) != 0 || ::ptrace(PTRACE_CONT, m_pid, nullptr, nullptr) != 0 || !hasStopped()
            || ::ptrace(PTRACE_GETREGS, m_pid, nullptr, &registers) != 0 || registers.rip != m_before.rip + 3)
            return std::nullopt;
        return static_cast<long>(registers.rax);
#else
        static_cast<void>(number);
        (static_cast<void>(given), ...);
        return std::nullopt;
#endif
    }

private:
    [[nodiscard]] bool hasStopped() const
    {
        int status = 0;
        return ::waitpid(m_pid, &status, __WALL) == m_pid && WIFSTOPPED(status);
    }

    pid_t m_pid;
    bool m_isHeld = false;
#if defined(__linux__) && defined(__x86_64__)
    user_regs_struct m_before{};
    long m_code = 0;
    unsigned m_places = 0;
#endif
};

} // namespace clavitor::tests
