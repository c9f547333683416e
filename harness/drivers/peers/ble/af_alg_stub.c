/*
 * BlueZ's emulated controller opens two AF_ALG sockets for AES when a client connects, and drops the client where the
 * kernel has none. Preloaded, this hands it a file instead: only HCI LE Encrypt then gives no result, which no host here
 * asks for.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/socket.h>

int socket(int domain, int type, int protocol)
{
  int (*real)(int, int, int) = dlsym(RTLD_NEXT, "socket");
  return domain == AF_ALG ? open("/dev/null", O_RDWR | O_CLOEXEC) : real(domain, type, protocol);
}

int bind(int fd, const struct sockaddr *address, socklen_t length)
{
  int (*real)(int, const struct sockaddr *, socklen_t) = dlsym(RTLD_NEXT, "bind");
  return address->sa_family == AF_ALG ? 0 : real(fd, address, length);
}
