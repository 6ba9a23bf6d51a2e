// SPDX-License-Identifier: GPL-3.0-or-later
// latency-loop PORT PATH COUNT [BODY]: sends COUNT requests, POSTs where there is a body, one after the other over kept-alive loopback connections and prints
// one JSON object with the microseconds of the median, the 99th percentile and the slowest. The token comes on standard
// input. Plain sockets, so that the client costs next to nothing beside what it measures.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

namespace {

[[noreturn]] void stop(const char *what)
{
    std::perror(what);
    std::exit(1);
}

int connectTo(std::uint16_t port)
{
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket < 0)
        stop("socket");
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket, reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0)
        stop("connect");
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return socket;
}

std::size_t contentLength(std::string_view head)
{
    for (const std::string_view name : {"Content-Length: ", "content-length: "}) {
        if (const auto at = head.find(name); at != head.npos)
            return std::strtoul(head.data() + at + name.size(), nullptr, 10);
    }
    return 0;
}

/// One whole answer; false when the server closed before it.
bool readAnswer(int socket, std::string &buffer, bool &closes)
{
    buffer.clear();
    char part[65536];
    std::size_t wanted = std::string::npos;
    while (wanted == std::string::npos || buffer.size() < wanted) {
        const ssize_t count = ::read(socket, part, sizeof part);
        if (count <= 0)
            return false;
        buffer.append(part, static_cast<std::size_t>(count));
        if (wanted == std::string::npos) {
            if (const auto end = buffer.find("\r\n\r\n"); end != buffer.npos) {
                const std::string_view head(buffer.data(), end);
                wanted = end + 4 + contentLength(head);
                closes = head.find("onnection: close") != head.npos;
            }
        }
    }
    return true;
}

} // namespace

int main(int argc, char **argv)
{
    if (argc != 4 && argc != 5) {
        std::cerr << "usage: latency-loop PORT PATH COUNT [BODY], the token on standard input\n";
        return 2;
    }
    const auto port = static_cast<std::uint16_t>(std::strtoul(argv[1], nullptr, 10));
    const int count = std::atoi(argv[3]);
    std::string token;
    std::getline(std::cin, token);
    const std::string body = argc == 5 ? argv[4] : "";
    const std::string request = (body.empty() ? "GET " : "POST ") + std::string(argv[2]) + " HTTP/1.1\r\nHost: 127.0.0.1:" + argv[1]
        + "\r\nAuthorization: Bearer " + token
        + (body.empty() ? "" : "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size())) + "\r\n\r\n" + body;

    std::vector<std::int64_t> times;
    times.reserve(static_cast<std::size_t>(count));
    int socket = connectTo(port);
    std::string answer;
    const auto begin = std::chrono::steady_clock::now();
    while (times.size() < static_cast<std::size_t>(count)) {
        bool closes = false;
        const auto asked = std::chrono::steady_clock::now();
        const bool sent = ::write(socket, request.data(), request.size()) == static_cast<ssize_t>(request.size());
        if (!sent || !readAnswer(socket, answer, closes)) {
            ::close(socket);
            socket = connectTo(port);
            continue;
        }
        const auto answered = std::chrono::steady_clock::now();
        if (!answer.starts_with("HTTP/1.1 200")) {
            std::cerr << answer << '\n';
            return 1;
        }
        times.push_back(std::chrono::duration_cast<std::chrono::nanoseconds>(answered - asked).count());
        if (closes) {
            ::close(socket);
            socket = connectTo(port);
        }
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    std::ranges::sort(times);
    const auto at = [&](double part) { return static_cast<double>(times[static_cast<std::size_t>(part * static_cast<double>(times.size() - 1))]) / 1000.0; };
    std::printf("{\"p50\": %.1f, \"p99\": %.1f, \"max\": %.1f, \"per_second\": %.0f}\n", at(0.5), at(0.99), at(1), count / seconds);
    return 0;
}
