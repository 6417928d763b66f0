FROM python:3.11-slim
WORKDIR /app
COPY requirements.lock ./
RUN pip install --no-cache-dir uv && uv pip install --system --compile-bytecode --no-cache --torch-backend cpu -r requirements.lock
COPY . .
RUN uv pip install --system --compile-bytecode --no-cache --no-deps .
VOLUME /app/data
CMD ["maldongmu"]
